"""Loss and gradients of whole networks in float64. stdin: JSON list of cases; stdout: JSON, one answer for each (see torchGradients.ts)."""
import json
import sys

import torch
from torch.nn import functional

from network import GraphNetwork, KinkWatch, decode, encode


def answer(case):
    network = GraphNetwork(case['graph']).double().train()
    network.load(case['values'])
    shape = [len(case['labels']), *case['graph']['inputShape']]
    images = decode(case['images']).double().reshape(shape).permute(0, 3, 1, 2)
    watch = KinkWatch()
    loss = functional.cross_entropy(
        network(images, watch), torch.tensor(case['labels']), label_smoothing=case['labelSmoothing']
    )
    loss.backward()
    gradients = {}
    for info, tensor, axes in network.parameters_of_graph():
        if info['trainable']:
            inverse = [axes.index(axis) for axis in range(len(axes))]
            gradients[info['name']] = encode(tensor.grad.permute(inverse))
    return {'loss': loss.item(), 'nearestKink': watch.nearest, 'gradients': gradients}


torch.set_num_threads(1)
answers = [answer(case) for case in json.load(sys.stdin)]
json.dump({'torch': torch.__version__, 'answers': answers}, sys.stdout)
