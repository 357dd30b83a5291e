"""The network of a Graph (src/core/model/graph.ts) in PyTorch: the peer of the bench and the judge of gradients.

It is written from the Graph's meaning alone and shares nothing with the engine. Images are NCHW here; parameters come and go in the Graph's
own layouts (convolution [kh, kw, in, out], dense [in, out]).
"""
import base64

import numpy
import torch
from torch import nn
from torch.nn import functional


def same_padding(size, kernel, stride):
    """Zeros before and after one axis, by TensorFlow's rule for 'same'."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


class Convolution(nn.Conv2d):
    """Pads as the Graph says: on even sizes a stride of 2 puts its zero row at the far end only, which PyTorch's own padding cannot."""

    def __init__(self, channels, attributes, symmetric):
        kernel, stride = attributes['kernel'], attributes['stride']
        super().__init__(
            channels, attributes['filters'], kernel, stride,
            padding=kernel // 2 if symmetric else 0, bias=attributes['bias'],
        )
        self.symmetric = symmetric

    def forward(self, x):
        if self.symmetric:
            return super().forward(x)
        top, bottom = same_padding(x.shape[2], self.kernel_size[0], self.stride[0])
        left, right = same_padding(x.shape[3], self.kernel_size[1], self.stride[1])
        return super().forward(functional.pad(x, (left, right, top, bottom)))


class MaxPool(nn.Module):
    """Pads as Convolution does, but with what never is the maximum."""

    def __init__(self, attributes, symmetric):
        super().__init__()
        self.kernel, self.stride, self.symmetric = attributes['kernel'], attributes['stride'], symmetric

    def forward(self, x, watch):
        if self.symmetric:
            return functional.max_pool2d(x, self.kernel, self.stride, self.kernel // 2)
        top, bottom = same_padding(x.shape[2], self.kernel, self.stride)
        left, right = same_padding(x.shape[3], self.kernel, self.stride)
        padded = functional.pad(x, (left, right, top, bottom), value=float('-inf'))
        windows = padded.unfold(2, self.kernel, self.stride).unfold(3, self.kernel, self.stride)
        watch.maxima(windows.flatten(4))
        return functional.max_pool2d(padded, self.kernel, self.stride)


class SqueezeExcite(nn.Module):
    """Hu et al., arXiv 1709.01507 v4, section 3, with the options of the playground."""

    def __init__(self, channels, attributes):
        super().__init__()
        hidden, bias = attributes['hidden'], attributes['bias']
        self.fc1 = nn.Linear(channels, hidden, bias=bias)
        self.fc2 = nn.Linear(hidden, channels, bias=bias)
        self.squeeze, self.gate = attributes['squeeze'], attributes['gate']

    def forward(self, x, watch):
        # amax shares the gradient among equal maxima, as the playground does.
        squeezed = x.mean((2, 3)) if self.squeeze == 'avg' else x.amax((2, 3))
        if self.squeeze == 'max':
            watch.maxima(x.flatten(2))
        inner = self.fc1(squeezed)
        watch.kinks(inner, 0)
        scores = self.fc2(functional.relu(inner))
        if self.gate == 'sigmoid':
            gates = torch.sigmoid(scores)
        elif self.gate == 'hard-sigmoid':
            watch.kinks(scores, -3, 3)
            gates = functional.hardsigmoid(scores)
        elif self.gate == 'tanh':
            gates = torch.tanh(scores)
        else:
            watch.kinks(scores, 0)
            gates = functional.relu(scores)
        return x * gates[:, :, None, None]


class NoWatch:
    """Looks at nothing: the forward pass of the bench."""

    def kinks(self, x, *points):
        pass

    def maxima(self, x):
        pass


class KinkWatch:
    """How near the pass came to a point where the gradient jumps: nearer than float32 can tell, gradients are not comparable."""

    def __init__(self):
        self.nearest = float('inf')

    def kinks(self, x, *points):
        for point in points:
            distances = (x.detach() - point).abs()
            # Exactly there (a closed gate times anything is 0) is exact in float32 too.
            self._note(distances[distances > 0])

    def maxima(self, x):
        """Of values whose last axis is searched."""
        top = x.detach().topk(2).values
        gaps = top[..., 0] - top[..., 1]
        self._note(gaps[gaps > 0])

    def _note(self, distances):
        if distances.numel() > 0:
            self.nearest = min(self.nearest, distances.min().item())


# Role in the Graph -> attribute of the module, and the axes of the module's layout in the Graph's.
LAYOUTS = {
    'conv2d': {'weight': ('weight', (3, 2, 0, 1)), 'bias': ('bias', (0,))},
    'dense': {'weight': ('weight', (1, 0)), 'bias': ('bias', (0,))},
    'batchNorm': {
        'gamma': ('weight', (0,)),
        'beta': ('bias', (0,)),
        'movingMean': ('running_mean', (0,)),
        'movingVariance': ('running_var', (0,)),
    },
    'squeezeExcite': {
        'w1': ('fc1.weight', (1, 0)),
        'b1': ('fc1.bias', (0,)),
        'w2': ('fc2.weight', (1, 0)),
        'b2': ('fc2.bias', (0,)),
    },
}


class GraphNetwork(nn.Module):
    """`symmetric` takes PyTorch's own padding (the bench: as fast as PyTorch can), else the Graph's exactly. `in_place` lets ReLU overwrite."""

    def __init__(self, graph, symmetric=False, in_place=False):
        super().__init__()
        self.nodes = graph['nodes']
        self.in_place = in_place
        self.layers = nn.ModuleDict()
        shapes = {node['id']: node['outputShape'] for node in self.nodes}
        for node in self.nodes:
            channels = shapes[node['inputs'][0]][-1] if node['inputs'] else 0
            layer = self._layer(node['attributes'], channels, symmetric)
            if layer is not None:
                self.layers[self._key(node)] = layer

    @staticmethod
    def _key(node):
        # A module's name may hold no dot.
        return node['id'].replace('.', '_')

    @staticmethod
    def _layer(attributes, channels, symmetric):
        op = attributes['op']
        if op == 'conv2d':
            return Convolution(channels, attributes, symmetric)
        if op == 'batchNorm':
            return nn.BatchNorm2d(channels, attributes['epsilon'], 1 - attributes['momentum'])
        if op == 'maxPool':
            return MaxPool(attributes, symmetric)
        if op == 'squeezeExcite':
            return SqueezeExcite(channels, attributes)
        if op == 'dense':
            return nn.Linear(channels, attributes['units'], bias=attributes['bias'])
        return None

    def forward(self, images, watch=NoWatch()):
        outputs = {}
        for node in self.nodes:
            inputs = [outputs[source] for source in node['inputs']]
            outputs[node['id']] = self._compute(node, inputs, images, watch)
        return outputs[self.nodes[-1]['id']]

    def _compute(self, node, inputs, images, watch):
        op = node['attributes']['op']
        if op == 'input':
            return images
        if op == 'relu':
            watch.kinks(inputs[0], 0)
            return functional.relu(inputs[0], inplace=self.in_place)
        if op == 'add':
            return inputs[0] + inputs[1]
        if op == 'globalAveragePool':
            return inputs[0].mean((2, 3))
        layer = self.layers[self._key(node)]
        return layer(inputs[0], watch) if op in ('squeezeExcite', 'maxPool') else layer(inputs[0])

    def parameters_of_graph(self):
        """(info, tensor, axes) of every parameter: tensor.data = value.permute(axes), value being in the Graph's layout."""
        for node in self.nodes:
            for info in node['params']:
                path, axes = LAYOUTS[node['attributes']['op']][info['role']]
                tensor = self.layers[self._key(node)]
                for name in path.split('.'):
                    tensor = getattr(tensor, name)
                yield info, tensor, axes

    def load(self, values):
        """`values`: base64 float32 by parameter name, in the Graph's layouts."""
        with torch.no_grad():
            for info, tensor, axes in self.parameters_of_graph():
                value = decode(values[info['name']]).reshape(info['shape'])
                tensor.copy_(value.permute(axes))


def decode(text):
    """base64 of little-endian float32 -> flat tensor."""
    return torch.from_numpy(numpy.frombuffer(base64.b64decode(text), dtype='<f4').copy())


def encode(tensor):
    """-> base64 of little-endian float64, row-major."""
    return base64.b64encode(tensor.detach().contiguous().numpy().astype('<f8').tobytes()).decode()
