"""Stand-in for flax.nnx: modules are plain objects that hold their parameters."""
import numpy as np
from jax.nn import hard_sigmoid, relu, relu6, sigmoid, silu, tanh  # noqa: F401

import nhwc
from nhwc import avg_pool, max_pool  # noqa: F401


class Rngs:
    def __init__(self, default=0):
        self.count = int(default)

    def params(self):
        self.count += 1
        return self.count


class Param:
    def __init__(self, value):
        self.value = value


class Module:
    pass


def state(node, kind, path=()):
    """Every variable of a kind in a module, by its path; nnx.state gives a tree of the same leaves."""
    if isinstance(node, kind):
        return {path: node.value}
    items = vars(node).items() if isinstance(node, Module) else enumerate(node) if isinstance(node, (list, tuple)) else ()
    return {key: value for name, child in items for key, value in state(child, kind, path + (name,)).items()}


class Linear(Module):
    def __init__(self, in_features, out_features, *, use_bias=True, rngs):
        self.in_features = in_features
        self.kernel = Param(nhwc.normal(rngs.params(), (in_features, out_features)))
        self.bias = Param(np.zeros(out_features, np.float32)) if use_bias else None

    def __call__(self, inputs):
        assert inputs.shape[-1] == self.in_features, (inputs.shape, self.in_features)
        y = inputs @ self.kernel.value
        return y if self.bias is None else y + self.bias.value


class Conv(Module):
    def __init__(self, in_features, out_features, kernel_size, strides=1, *, padding='SAME', use_bias=True, rngs):
        self.in_features = in_features
        self.strides = strides
        self.kernel = Param(nhwc.normal(rngs.params(), nhwc.pair(kernel_size) + (in_features, out_features)))
        self.bias = Param(np.zeros(out_features, np.float32)) if use_bias else None

    def __call__(self, inputs):
        assert inputs.shape[-1] == self.in_features, (inputs.shape, self.in_features)
        y = nhwc.convolve(inputs, self.kernel.value, self.strides)
        return y if self.bias is None else y + self.bias.value


class BatchNorm(Module):
    def __init__(self, num_features, *, rngs):
        self.scale = Param(np.ones(num_features, np.float32))
        self.bias = Param(np.zeros(num_features, np.float32))

    def __call__(self, x):
        assert x.shape[-1] == self.scale.value.shape[0], (x.shape, self.scale.value.shape)
        return nhwc.standardize(x, (0, 1, 2)) * self.scale.value + self.bias.value


class Sequential(Module):
    def __init__(self, *layers):
        self.layers = list(layers)

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
