"""Trainable scalars of generated PyTorch models, with and without SE. stdin: JSON list of sources; stdout: JSON."""
import json
import sys

import torch


def count(model):
    return sum(parameter.numel() for parameter in model.parameters())


def counts(source):
    scope = {'__name__': 'generated'}
    exec(compile(source, 'generated.py', 'exec'), scope)
    # Initial values of millions of weights take time and do not matter here.
    scope['initialise'] = lambda module: None
    return [count(scope['ResNet']()), count(scope['ResNet'](with_se=False))]


torch.set_num_threads(1)
json.dump([counts(source) for source in json.load(sys.stdin)], sys.stdout)
