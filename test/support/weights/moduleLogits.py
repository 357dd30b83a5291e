"""Logits of generated PyTorch modules that have loaded exported weights.

Standard input: JSON list of {source, weights, withSe, shape, values}: the module's text, the path of the .safetensors file, what ResNet's with_se
is (null: it has no such argument), images [N, H, W, C] and their float32 values in base64. Prints a JSON list of [N][classes].
"""
import base64
import json
import sys

import numpy
import torch


def logits(case):
    module = {'__name__': 'generated'}
    exec(compile(case['source'], 'generated.py', 'exec'), module)
    model = module['ResNet']() if case['withSe'] is None else module['ResNet'](with_se=case['withSe'])
    module['load_weights'](model, case['weights'])
    values = numpy.frombuffer(base64.b64decode(case['values']), dtype='<f4').reshape(case['shape'])
    images = torch.from_numpy(values.copy()).permute(0, 3, 1, 2)
    model.eval()
    with torch.no_grad():
        return model(images).tolist()


json.dump([logits(case) for case in json.load(sys.stdin)], sys.stdout)
