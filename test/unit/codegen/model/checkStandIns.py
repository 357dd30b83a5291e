"""Runs generated Keras and Flax models on stand-ins (stubs/). stdin: JSON list of cases (see standIns.test.ts); stdout: JSON, an answer for each."""
import json
import sys

request = json.load(sys.stdin)
sys.path[:0] = [request['support'], request['stubs']]

import torch  # noqa: E402
from arrays import Weights  # noqa: E402
from flaxStub import flax_modules  # noqa: E402
from kerasStub import keras_modules  # noqa: E402
from network import GraphNetwork, decode  # noqa: E402

torch.set_num_threads(1)


def execute(source, modules):
    for name in [name for name in sys.modules if name.split('.')[0] in ('keras', 'flax', 'jax')]:
        del sys.modules[name]
    sys.modules.update(modules)
    scope = {'__name__': 'generated'}
    exec(compile(source, 'generated.py', 'exec'), scope)
    return scope


def answer(case):
    graph = case['graph']
    infos = {info['name']: info for node in graph['nodes'] for info in node['params']}
    values = {
        name: decode(text).double().reshape(infos[name]['shape']).numpy() for name, text in case['values'].items()
    }
    images = torch.randn(2, *graph['inputShape'], generator=torch.Generator().manual_seed(1)).double()
    reference = GraphNetwork(graph).double().eval()
    reference.load(case['values'])
    with torch.no_grad():
        expected = reference(images.permute(0, 3, 1, 2)).numpy()
    weights = Weights(graph, values)
    notes = {'batchNorm': [], 'sown': []}
    if case['framework'] == 'keras':
        logits = execute(case['source'], keras_modules(weights, images.numpy(), notes))['build_model']()
    else:
        logits = execute(case['source'], flax_modules(weights, notes))['ResNet']()(images.numpy())
    difference = abs(logits - expected).max() / abs(expected).max()
    return {'difference': difference, 'initial': weights.initial, **notes}


json.dump([answer(case) for case in request['cases']], sys.stdout)
