import { compileModel } from './compileModel';
import { DATASET_FACTS } from './datasetFacts';
import type { Graph } from './graph';
import type { ModelSpec } from './modelSpec';
import { checkpointBytes, largestBatch, MAX_CHECKPOINT_BYTES } from './trainingMemory';

/** Why a definition cannot be trained here, and the setting that says so. */
export interface TrainingObstacle {
  path: readonly string[];
  /** One sentence. */
  message: string;
}

/**
 * What stands in the way of training a definition in the panel. It is not an error: such a definition has a cost, a graph and source code as any other.
 * Empty if it can be trained.
 */
export function trainingObstacles(spec: ModelSpec): TrainingObstacle[] {
  const graph = compileModel(spec);
  return [...imageObstacles(spec), ...sizeObstacles(spec, graph)];
}

/** That its data set has other images or classes. */
function imageObstacles({ training, input, classes }: ModelSpec): TrainingObstacle[] {
  const facts = DATASET_FACTS[training.dataset];
  const name = capital(facts.label);
  const found: TrainingObstacle[] = [];
  if (classes !== facts.classes) {
    found.push({ path: ['classes'], message: `${name} has ${facts.classes} classes, not ${classes}.` });
  }
  const images = `${name} has images of ${facts.height} x ${facts.width} x ${facts.channels}`;
  for (const side of ['height', 'width', 'channels'] as const) {
    if (input[side] === facts[side]) continue;
    found.push({ path: ['input', side], message: `${images}; "${side}" would have to be ${facts[side]}.` });
  }
  return found;
}

function sizeObstacles(spec: ModelSpec, graph: Graph): TrainingObstacle[] {
  const { optimizer } = spec.training;
  // Batch norm needs two images.
  const tooLarge =
    checkpointBytes(graph, optimizer) > MAX_CHECKPOINT_BYTES || largestBatch(graph, optimizer) < 2;
  return tooLarge
    ? [
        {
          path: ['backbone', 'width'],
          message:
            'The model is too large: its weights and their gradients do not fit into a worker of 4 GB, or its checkpoint into 1 GB.',
        },
      ]
    : [];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
