/**
 * "Record excitations": a Python module that records the gates of the SE blocks in a user's own PyTorch model, in the format of
 * core/excitation/traceFile.ts. Blocks are found by what a module makes of its input in the first forward pass, not by its name.
 */
import { SATURATED_HIGH, SATURATED_LOW } from '../../excitation/excitationAccumulator';
import { TRACE_LIMITS } from '../../excitation/trace';
import { TRACE_FORMAT, TRACE_VERSION } from '../../excitation/traceFile';
import type { GeneratedSource } from '../model/generatedSource';
import { FILE_SECTION } from './fileSection';
import { RECORDER_SECTION } from './recorderSection';
import { SOURCE_SECTION } from './sourceSection';
import { STATISTICS_SECTION } from './statisticsSection';
import { WATCH_SECTION } from './watchSection';

const HEAD = `"""Records the gates of the squeeze-and-excitation blocks in a PyTorch model.

Put this file beside your own, and then, with a model and a loader of (images, labels):

    from record_excitations import record_excitations

    model.eval()
    record_excitations(model, loader, "my-model.excitation.json", class_names=["cat", "dog"])

Or in a loop of your own:

    from record_excitations import record

    model.eval()
    with torch.no_grad(), record(model, class_names=["cat", "dog"], path="my-model.excitation.json") as recorder:
        for images, labels in loader:
            recorder.labels(labels)
            model(images)

A block is a module that multiplies its input [N, C, H, W] by a gate for each image and channel, or one that makes
such gates [N, C] or [N, C, 1, 1]. It is told by what it does in the first forward pass. Its gates are the output of
the activation inside it where there is one; the file says for each block how they were read.

Not seen are blocks that take their input by keyword, blocks written in the forward method of a larger module (name
their activation, blocks=[...]), and compiled or scripted models (record the model before it is compiled).

Needs PyTorch 1.13 or later, and NumPy. Memory: three numbers of 8 bytes for each class and channel of a block. The
first forward pass keeps copies of its feature maps: where memory is short, let the first batch be a small one.
"""
import base64
import hashlib
import inspect
import json
import math
import os
import threading
import warnings
from datetime import datetime, timezone
from typing import NamedTuple, Optional

import numpy
import torch
import torch.nn.functional as F
from torch import nn`;

function constants(): string {
  return `FORMAT = "${TRACE_FORMAT}"
VERSION = ${TRACE_VERSION}

# A gate below the first or above the second counts as saturated.
SATURATED_LOW = ${SATURATED_LOW}
SATURATED_HIGH = ${SATURATED_HIGH}

# Bounds of the format.
MAX_BLOCKS = ${TRACE_LIMITS.blocks}
MAX_CHANNELS = ${TRACE_LIMITS.channels}
MAX_CLASSES = ${TRACE_LIMITS.classes}
MAX_IMAGES = ${TRACE_LIMITS.images}
MAX_CODE_FILES = ${TRACE_LIMITS.codeFiles}
MAX_NAME = ${TRACE_LIMITS.nameCharacters}
MAX_CHARACTERS = ${TRACE_LIMITS.fileCharacters}

WRAPPERS = (nn.DataParallel, nn.parallel.DistributedDataParallel)`;
}

export function generateRecorder(): GeneratedSource {
  const sections = [
    `${HEAD}\n\n${constants()}`,
    SOURCE_SECTION,
    WATCH_SECTION,
    STATISTICS_SECTION,
    FILE_SECTION,
    RECORDER_SECTION,
  ];
  return {
    fileName: 'record_excitations.py',
    languageId: 'python',
    text: `${sections.join('\n\n\n')}\n`,
  };
}
