"""Evaluates a generated training script's model, fresh, on its synthetic test images, and prints the outcome as JSON: SCRIPT."""
import json
import sys

import torch

scope = {'__name__': 'training'}
with open(sys.argv[1], encoding='utf-8') as file:
    exec(compile(file.read(), sys.argv[1], 'exec'), scope)
processes = scope['Processes']()
model = scope['ResNet']()
scope['initialise_by_name'](model, 3)
_, test = scope['load_dataset']('synthetic', None)
# 470 images: five batches, of which the last is smaller, so that two processes have different shares.
chosen = torch.arange(470)
loss, accuracy, excitation = scope['evaluate'](model, test, chosen, processes, scope['Precision'](False, processes.device))
if processes.leads:
    print(json.dumps({'loss': loss, 'accuracy': accuracy, 'excitation': excitation, 'processes': processes.count}))
processes.close()
