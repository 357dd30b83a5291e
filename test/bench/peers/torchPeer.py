"""PyTorch's side of the bench: argv[1] = threads; the first line of stdin is {"models": {name: {"graph", "batch"}}}, every further line
{"model", "steps"} asks for that many training steps; each line is answered by one with the time they took.

As fast as PyTorch goes on a CPU without changing the network: channels_last, ReLU in place, its own symmetric padding, gradients set to None.
The batches are tensors already: PyTorch pays for no decoding and no augmentation, which the playground does.
"""
import json
import os
import sys
import time

sys.path.insert(0, os.environ['SE_BENCH_NETWORK_FOLDER'])

import torch
from torch.nn import functional

from network import GraphNetwork

BATCHES = 4


class Training:
    def __init__(self, graph, batch):
        height, width, channels = graph['inputShape']
        self.network = GraphNetwork(graph, symmetric=True, in_place=True).train()
        self.network = self.network.to(memory_format=torch.channels_last)
        decayed, plain = [], []
        for info, tensor, _ in self.network.parameters_of_graph():
            if info['trainable']:
                (decayed if info['decay'] else plain).append(tensor)
        groups = [{'params': decayed, 'weight_decay': 1e-4}, {'params': plain, 'weight_decay': 0}]
        self.optimizer = torch.optim.SGD(groups, lr=0.01, momentum=0.9)
        self.batches = [
            (
                torch.randn(batch, channels, height, width).to(memory_format=torch.channels_last),
                torch.randint(graph['classes'], (batch,)),
            )
            for _ in range(BATCHES)
        ]
        self.taken = 0

    def step(self):
        images, labels = self.batches[self.taken % BATCHES]
        self.taken += 1
        self.optimizer.zero_grad(set_to_none=True)
        loss = functional.cross_entropy(self.network(images), labels)
        loss.backward()
        self.optimizer.step()
        return loss.item()


def main():
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(1)
    models = json.loads(sys.stdin.readline())['models']
    trainings = {name: Training(**model) for name, model in models.items()}
    print(json.dumps({'torch': torch.__version__, 'threads': torch.get_num_threads()}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        training = trainings[asked['model']]
        start = time.perf_counter()
        for _ in range(asked['steps']):
            training.step()
        print(json.dumps({'ms': 1000 * (time.perf_counter() - start)}), flush=True)


main()
