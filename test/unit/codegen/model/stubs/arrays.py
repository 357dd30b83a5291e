"""Arithmetic of the stand-ins for Keras and Flax: numpy arrays in float64, channels last; what padding "same" means is TensorFlow's rule."""
import numpy
import torch
from network import same_padding
from torch.nn import functional


class Weights:
    """Values of a Graph's parameters, handed out by node and role, with a note of what was asked for and how it would start."""

    def __init__(self, graph, values):
        self.values = values
        self.nodes = {node['id'].replace('.', '_'): node for node in graph['nodes']}
        self.initial = {}

    def take(self, node, role, shape, initial):
        """`node` is the Graph's id with underscores for dots."""
        for info in self.nodes[node]['params']:
            if info['role'] == role:
                assert list(shape) == info['shape'], f"{info['name']} is {info['shape']}, not {shape}"
                assert info['name'] not in self.initial, f"{info['name']} is taken twice"
                self.initial[info['name']] = initial
                return self.values[info['name']]
        raise AssertionError(f'{node} has no {role}')


def convolve(images, kernel, stride):
    """[N, H, W, C] and [kh, kw, in, out] -> [N, H', W', out]."""
    nchw = torch.from_numpy(images).permute(0, 3, 1, 2)
    padded = functional.pad(nchw, padding_of(nchw, kernel.shape[0], stride))
    result = functional.conv2d(padded, torch.from_numpy(kernel).permute(3, 2, 0, 1), stride=stride)
    return result.permute(0, 2, 3, 1).numpy()


def max_pool(images, size, stride):
    nchw = torch.from_numpy(images).permute(0, 3, 1, 2)
    padded = functional.pad(nchw, padding_of(nchw, size, stride), value=float('-inf'))
    return functional.max_pool2d(padded, size, stride).permute(0, 2, 3, 1).numpy()


def padding_of(nchw, kernel, stride):
    top, bottom = same_padding(nchw.shape[2], kernel, stride)
    left, right = same_padding(nchw.shape[3], kernel, stride)
    return (left, right, top, bottom)


def normalise(x, mean, variance, gamma, beta, epsilon):
    return (x - mean) / numpy.sqrt(variance + epsilon) * gamma + beta


ACTIVATIONS = {
    'relu': lambda x: numpy.maximum(x, 0),
    'sigmoid': lambda x: 1 / (1 + numpy.exp(-x)),
    'hard_sigmoid': lambda x: numpy.clip(x + 3, 0, 6) / 6,
    'tanh': numpy.tanh,
}
