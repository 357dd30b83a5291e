/**
 * A PyTorch training script in one file: the pair with and without SE by the definition's recipe, on one machine, as one process or under
 * torchrun. It keeps its run log in the extension's own format, so that the run can be looked at there.
 */
import { CHANNEL_DEVIATION, CHANNEL_MEAN } from '../../data/augmentation';
import { compileModel } from '../../model/compileModel';
import { DATASET_FACTS } from '../../model/datasetFacts';
import { DATASETS, withSe, type ModelSpec } from '../../model/modelSpec';
import { describeOrigin } from '../../weights/weightsOrigin';
import { describeModel } from './description';
import type { GeneratedSource } from './generatedSource';
import { outlineOf } from './outline';
import { requireResNet } from './requireResNet';
import { PYTORCH_NOTES, pytorchModelParts } from './pytorch/pytorchModel';
import { snakeName } from './sourceNames';
import { BATCH_SECTION } from './training/batchSection';
import { DATASET_SECTION } from './training/datasetSection';
import { EXCITATION_SECTION } from './training/excitationSection';
import { FILE_SECTION } from './training/fileSection';
import { JOB_SECTION } from './training/jobSection';
import { MAIN_SECTION } from './training/mainSection';
import { PROCESS_SECTION } from './training/processSection';
import { RECIPE_SECTION } from './training/recipeSection';
import { RUN_LOG_SECTION } from './training/runLogSection';
import { SEED_SECTION } from './training/seedSection';

/** As many images as the engine evaluates at once. */
const EVALUATION_BATCH = 100;

const IMPORTS = `import argparse
import contextlib
import hashlib
import json
import math
import os
import pickle
import platform
import statistics
import time
from collections import OrderedDict
from functools import partial
from typing import NamedTuple

import numpy
import torch
import torch.nn.functional as F
from torch import nn`;

/**
 * A definition without SE is compared with its default SE blocks, as in the panel.
 *
 * @throws PlaygroundError `spec/no-source` for networks that the generator does not know
 */
export function generateTrainingScript(spec: ModelSpec): GeneratedSource {
  requireResNet(spec);
  const treated = withSe(spec);
  const fileName = `train_${snakeName(spec.name)}.py`;
  const sections = [
    head(treated, fileName),
    `${IMPORTS}\n\n${constants(treated)}`,
    `# The network\n\n${pytorchModelParts(outlineOf(compileModel(treated)))}`,
    SEED_SECTION,
    RECIPE_SECTION,
    DATASET_SECTION,
    BATCH_SECTION,
    EXCITATION_SECTION,
    PROCESS_SECTION,
    FILE_SECTION,
    RUN_LOG_SECTION,
    JOB_SECTION,
    MAIN_SECTION,
  ];
  const [docstring, ...rest] = sections;
  return { fileName, languageId: 'python', text: `${docstring}\n${rest.join('\n\n\n')}\n` };
}

function head(spec: ModelSpec, fileName: string): string {
  return `"""Trains a network with and without squeeze-and-excitation, and tells what it made of the accuracy.

${describeModel(spec, 'PyTorch', PYTORCH_NOTES)}

Both arms of a pair start from the same values in all weights they share, and see the same batches.
Needs PyTorch 1.13 or later, and NumPy. To try it without data; to run it on one GPU, or on the
processor; to run it on four GPUs:

    python ${fileName} --dataset synthetic --epochs 2
    python ${fileName} --data FOLDER
    torchrun --nproc_per_node=4 ${fileName} --data FOLDER

The output folder gets events.jsonl (a run log in SE Playground's own form), a checkpoint of each
model after every epoch, and in the end the weights as .safetensors, for load_weights of the model
that SE Playground exports.
"""`;
}

function constants(spec: ModelSpec): string {
  const {
    arm: _arm,
    seed: _seed,
    epoch: _epoch,
    ...about
  } = describeOrigin({
    definition: spec.name,
    arm: '',
    seed: 0,
    epoch: 0,
  });
  const images = Object.fromEntries(
    DATASETS.map((name) => [name, { train: DATASET_FACTS[name].train, test: DATASET_FACTS[name].test }]),
  );
  return `# The definition, as SE Playground has it.
DEFINITION = ${pythonJson(spec)}
CLASSES = DEFINITION["classes"]

# Mean and deviation of the colours over CIFAR-10's training images, of values from 0 to 1.
CHANNEL_MEAN = (${CHANNEL_MEAN.join(', ')})
CHANNEL_DEVIATION = (${CHANNEL_DEVIATION.join(', ')})

# Images of the data sets.
IMAGES = ${pythonJson(images)}
EVALUATION_BATCH = ${EVALUATION_BATCH}

# Goes into the files of weights.
WEIGHTS_METADATA = ${pythonJson(about)}`;
}

/** A value as JSON in a raw string of Python, which nothing in the value can end. */
function pythonJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2).replaceAll("'", '\\u0027');
  return `json.loads(r'''\n${text}\n''')`;
}
