"""Runs generated PyTorch models. stdin: JSON list of cases (see pytorchModel.test.ts); stdout: JSON, one answer for each."""
import json
import sys

import torch

case_list = json.load(sys.stdin)
sys.path.insert(0, case_list['support'])
from network import GraphNetwork, decode  # noqa: E402

torch.set_num_threads(1)


def module_of(source):
    scope = {'__name__': 'generated'}
    exec(compile(source, 'generated.py', 'exec'), scope)
    return scope


def moments(tensor):
    return {'mean': tensor.mean().item(), 'square': tensor.square().mean().item(), 'largest': tensor.abs().max().item()}


def silent_parameters(model, images):
    """Names of parameters that no gradient reaches. A closed ReLU passes none on, so SE blocks get several chances to be open."""
    silent = {name for name, _ in model.named_parameters()}
    for chance in range(8):
        torch.manual_seed(chance)
        with torch.no_grad():
            for name, value in model.named_parameters():
                if '.se.' in name:
                    value.normal_(0, 0.3)
        model.zero_grad()
        (model(images) ** 2).sum().backward()
        silent -= {name for name, value in model.named_parameters() if value.grad is not None and value.grad.any()}
    return sorted(silent)


def answer(case):
    generated = module_of(case['source'])
    model = generated['ResNet']()
    initial = {name: moments(value) for name, value in model.state_dict().items() if value.dtype == torch.float32}
    state = {name: list(value.shape) for name, value in model.state_dict().items()}
    graph = case['graph']
    height, width, channels = graph['inputShape']
    images = torch.randn(3, channels, height, width, generator=torch.Generator().manual_seed(1))

    generated['load_weights'](model, case['weights'])
    reference = GraphNetwork(graph)
    reference.load(case['values'])
    differences = {}
    for mode in ('eval', 'train'):
        getattr(model, mode)()
        getattr(reference, mode)()
        ours, theirs = model(images), reference(images)
        differences[mode] = ((ours - theirs).abs().max() / theirs.abs().max()).item()
    # The pass in training mode moved the statistics of both alike.
    moved = max((ours - theirs).abs().max().item() for ours, theirs in zip(
        [value for name, value in model.state_dict().items() if 'running' in name],
        [value for name, value in reference.state_dict().items() if 'running' in name],
    ))
    control = generated['ResNet'](with_se=False) if case['se'] else model
    count = lambda module: sum(parameter.numel() for parameter in module.parameters())
    return {
        'state': state, 'initial': initial, 'parameters': count(model), 'control': count(control),
        'logits': list(ours.shape), 'differences': differences, 'moved': moved, 'silent': silent_parameters(model, images),
        'decayed': [name for name, value in model.named_parameters() if value.ndim > 1],
    }


json.dump([answer(case) for case in case_list['cases']], sys.stdout)
