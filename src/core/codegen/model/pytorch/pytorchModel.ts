/**
 * PyTorch: one file with the network, its initial values, and a reader of weights. The keys of its state_dict are the Graph's node ids
 * with `.weight`, `.bias`, `.running_mean`, `.running_var`; SE blocks have `fc1` and `fc2`, 1x1 convolutions.
 */
import { compileModel } from '../../../model/compileModel';
import type { ModelSpec } from '../../../model/modelSpec';
import { describeModel } from '../description';
import type { GeneratedSource } from '../generatedSource';
import { outlineOf, type Outline } from '../outline';
import { shortNumber } from '../sourceLines';
import { snakeName } from '../sourceNames';
import { initialValuesFunction } from './initialValues';
import { networkClass } from './network';
import { residualBlockClass } from './residualBlock';
import { LOAD_SAFETENSORS, LOAD_WEIGHTS } from './safetensors';
import { squeezeExciteClass } from './squeezeExcite';

/** What is particular to PyTorch, for the head of the file. */
export const PYTORCH_NOTES = [
  "PyTorch's batch norm keeps the unbiased variance for evaluation; SE Playground's keeps the biased one.",
];

export function pytorchModel(spec: ModelSpec): GeneratedSource {
  const outline = outlineOf(compileModel(spec));
  const { input } = outline;
  const text = `"""${describeModel(spec, 'PyTorch', PYTORCH_NOTES)}
"""
import json
import math
import os
from collections import OrderedDict
from functools import partial

import torch
import torch.nn.functional as F
from torch import nn

${pytorchModelParts(outline)}


${LOAD_SAFETENSORS}


${LOAD_WEIGHTS}


if __name__ == "__main__":
    model = ResNet()
    print(f"{sum(parameter.numel() for parameter in model.parameters()):,} parameters")
    print("logits:", tuple(model(torch.zeros(2, ${input.channels}, ${input.height}, ${input.width})).shape))
`;
  return { fileName: `${snakeName(spec.name)}_pytorch.py`, languageId: 'python', text };
}

/** The classes and what they need, without imports. */
export function pytorchModelParts(outline: Outline): string {
  const { epsilon, momentum } = outline.batchNorm;
  const newBatch = Number((1 - momentum).toPrecision(12));
  const parts = [
    `# PyTorch's momentum is the weight of the new batch: 1 - ${momentum}.
BatchNorm2d = partial(nn.BatchNorm2d, eps=${shortNumber(epsilon)}, momentum=${newBatch})`,
    ...(outline.se ? [squeezeExciteClass(outline.se)] : []),
    residualBlockClass(outline),
    initialValuesFunction(outline),
    networkClass(outline),
  ];
  return parts.join('\n\n\n');
}
