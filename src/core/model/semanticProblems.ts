/** What a definition says that its schema allows and sense, the paper or this machine does not. */
import { compileModel } from './compileModel';
import { DATASET_FACTS, imageCounts } from './datasetFacts';
import type { ModelSpec } from './modelSpec';
import { semanticProblem, type UnplacedProblem } from './problem';
import { seProblems, type IsGiven } from './seProblems';
import { largestBatch, trainingBytes } from './trainingMemory';
import { trainingObstacles } from './trainingObstacle';

export function semanticProblems(spec: ModelSpec, isGiven: IsGiven): UnplacedProblem[] {
  return [
    ...(spec.se === 'none' ? [] : seProblems(spec, spec.se, isGiven)),
    ...trainabilityProblems(spec),
    ...datasetProblems(spec),
    ...scheduleProblems(spec),
    ...seedProblems(spec),
  ];
}

/** That it can only be costed and written out as source, or only be trained in smaller batches. */
function trainabilityProblems(spec: ModelSpec): UnplacedProblem[] {
  const obstacles = trainingObstacles(spec);
  if (obstacles.length > 0) {
    return obstacles.map(({ path, message }) =>
      semanticProblem(
        'information',
        path,
        `${message} So this model has a cost and source code, but cannot be trained here.`,
      ),
    );
  }
  const { batch, optimizer } = spec.training;
  const graph = compileModel(spec);
  const largest = largestBatch(graph, optimizer);
  if (batch <= largest) return [];
  const gigabytes = (trainingBytes(graph, optimizer, batch) / 2 ** 30).toFixed(1);
  const message = `A step of ${batch} images takes about ${gigabytes} GB, and a worker on the CPU can have 4 GB; ${largest} images fit.`;
  return [semanticProblem('warning', ['training', 'batch'], message)];
}

function datasetProblems(spec: ModelSpec): UnplacedProblem[] {
  const { training, classes } = spec;
  const facts = DATASET_FACTS[training.dataset];
  const found: UnplacedProblem[] = [];
  if (training.subset !== undefined && training.subset > facts.train) {
    found.push(
      semanticProblem(
        'error',
        ['training', 'subset'],
        `There are ${facts.train} training images in ${facts.label}, fewer than the subset of ${training.subset}.`,
      ),
    );
  }
  const images = imageCounts(training);
  if (training.batch > images.train) {
    found.push(
      semanticProblem(
        'error',
        ['training', 'batch'],
        `One batch of ${training.batch} needs more images than the ${images.train} there are to train on.`,
      ),
    );
  }
  if (training.validationSplit > 0 && images.heldOut < classes) {
    found.push(
      semanticProblem(
        'warning',
        ['training', 'validationSplit'],
        `The split holds out fewer images than there are classes; raise it, or set 0 to validate on the test images.`,
      ),
    );
  }
  return found;
}

/** He et al., section 4.2: 0.1 is slightly too large for ResNet-110 to start converging. */
const DEPTH_THAT_NEEDS_WARMUP = 110;

function scheduleProblems({ training, backbone }: ModelSpec): UnplacedProblem[] {
  const { schedule, stepEpochs, epochs, warmupEpochs, optimizer, learningRate } = training;
  const found: UnplacedProblem[] = [];
  const add = (setting: string, message: string) =>
    found.push(semanticProblem('warning', ['training', setting], message));
  if (schedule === 'step' && stepEpochs >= epochs) {
    add(
      'stepEpochs',
      `The learning rate never falls: its first step is after ${stepEpochs} of ${epochs} epochs.`,
    );
  }
  if (warmupEpochs >= epochs) {
    add('warmupEpochs', `The warm-up of ${warmupEpochs} epochs fills all ${epochs} epochs of the training.`);
  }
  if (optimizer === 'adam' && learningRate > 0.01) {
    add('learningRate', `${learningRate} is high for Adam; 0.001 is usual.`);
  }
  if (optimizer === 'sgd' && warmupEpochs === 0) {
    if (learningRate > 0.1) {
      add('learningRate', `${learningRate} without warm-up may diverge; set "warmupEpochs" to 1 or more.`);
    } else if (
      learningRate === 0.1 &&
      'depth' in backbone &&
      backbone.depth >= DEPTH_THAT_NEEDS_WARMUP &&
      backbone.family === 'resnet'
    ) {
      add(
        'learningRate',
        `0.1 without warm-up is too high at this depth (He et al., 4.2); set "warmupEpochs" to 1 or more.`,
      );
    }
  }
  return found;
}

function seedProblems({ training: { seeds } }: ModelSpec): UnplacedProblem[] {
  return seeds.flatMap((seed, index) =>
    seeds.indexOf(seed) < index
      ? [
          semanticProblem(
            'error',
            ['training', 'seeds', index],
            `Seed ${seed} is given twice; it would train the same pair again.`,
          ),
        ]
      : [],
  );
}
