"""
A stand-in for Keras, not Keras: eager layers on numpy, for what the tests of generated code run.

Faithful where the tests look: `build` once before the first `call`, kernels [in, out] and [h, w, in, out], feature maps [N, H, W, C], what
`super().build`, `get_config` and `keepdims` do. An Input is an image of zeros, so a functional model is computed as it is written down.
"""
import numpy as np

from . import layers, ops  # noqa: F401


def Input(shape):
    return np.zeros((1, *shape), np.float32)


class Model:
    def __init__(self, inputs, outputs):
        self.inputs, self.outputs = inputs, outputs


class Sequential:
    def __init__(self, layers=()):
        self.layers = list(layers)

    def add(self, layer):
        self.layers.append(layer)

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
