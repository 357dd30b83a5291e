"""Executes PyTorch files with and without inserted SE blocks: the independent judge of the insert command.

Standard input: JSON {"files": [{"file", "source", "networks": [{"entry", "input"}], "variants": [{"id", "source", "blocks", "announced"}]}]}; `blocks`
says how many blocks each instance of a class must have, `announced` how many parameters the plan promised for a network. Standard output: JSON {"id": [complaint, ...]} with one entry for each variant and each file.

For each network of a file that a variant changes:
- it builds, runs in training and in evaluation, and its output has the same shape as without the blocks;
- it has more parameters by exactly 2 C h + h + C for each block (h = max(1, C // r)), by the blocks' own C, which their input must have, and as
  announced;
- with every gate forced to 1 and the other weights copied over, its output in evaluation is the one of the original network;
- every block runs in evaluation too, and gets gradients;
- each instance of a class in `blocks` has that many, directly or in its own lists of layers.
"""
import contextlib
import io
import json
import sys
import warnings

import torch

warnings.filterwarnings("ignore")
torch.set_num_threads(1)

BLOCK = "SqueezeExcite"


def execute(source, name):
    space = {"__name__": name}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(source, name, "exec"), space)
    return space


def build(space, entry):
    torch.manual_seed(1)
    return eval(entry, space)


def blocks_of(net):
    return [module for module in net.modules() if type(module).__name__ == BLOCK]


def own_blocks(module, wanted):
    """The blocks inside a module, without those of other modules of interest inside it."""
    found = []
    for child in module.children():
        if type(child).__name__ == BLOCK:
            found.append(child)
        elif type(child).__name__ not in wanted:
            found += own_blocks(child, wanted)
    return found


def others_of(net):
    """Parameters and buffers that do not belong to blocks, in the order of construction of the modules."""
    owned = {id(tensor) for block in blocks_of(net) for tensor in [*block.parameters(), *block.buffers()]}
    return [tensor for tensor in [*net.parameters(), *net.buffers()] if id(tensor) not in owned]


def count(net):
    return sum(parameter.numel() for parameter in net.parameters())


def train_pass(net, images):
    """Blocks that ran in one training pass, with gradients added up."""
    ran = []
    handles = [block.register_forward_pre_hook(lambda module, inputs: ran.append((module, inputs[0].shape))) for block in blocks_of(net)]
    output = net(images)
    output.square().mean().backward()
    for handle in handles:
        handle.remove()
    return output, ran


def check(original, changed, images, wanted, announced):
    reference = original.train()(images)
    changed.train()
    blocks = blocks_of(changed)
    ran = []
    # Dropout of whole branches: a few passes, so that each branch is open once.
    for _ in range(6):
        output, once = train_pass(changed, images)
        ran += once
    if output.shape != reference.shape:
        yield f"the output's shape became {tuple(output.shape)}"
    wrong = [shape for module, shape in ran if len(shape) != 4 or shape[1] != module.fc1.in_channels]
    if wrong:
        yield f"a block made for other channels than {wrong[0]}"
    expected = 0
    for block in blocks:
        channels, hidden = block.fc1.in_channels, block.fc1.out_channels
        expected += 2 * channels * hidden + hidden + channels
    if count(changed) - count(original) != expected:
        yield f"{count(changed) - count(original)} more parameters, not {expected}"
    if announced is not None and count(changed) - count(original) != announced:
        yield f"{count(changed) - count(original)} more parameters, where {announced} were announced"
    if any(parameter.grad is None for block in blocks for parameter in block.parameters()):
        yield "a block without gradients"
    elif any(not block.fc2.weight.grad.abs().sum() > 0 and not block.fc2.bias.grad.abs().sum() > 0 for block in blocks):
        yield "a block whose gradients are all zero"

    for module in changed.modules():
        name = type(module).__name__
        if name in wanted and len(own_blocks(module, wanted)) != wanted[name]:
            yield f"an instance of {name} with {len(own_blocks(module, wanted))} blocks, not {wanted[name]}"

    with torch.no_grad():
        seen = set()
        handles = [block.register_forward_pre_hook(lambda module, inputs: seen.add(id(module))) for block in blocks]
        changed.eval()(images)
        for handle in handles:
            handle.remove()
        if len(seen) != len(blocks):
            yield "a block that does not run in evaluation"
        before, after = others_of(original), others_of(changed)
        if [tensor.shape for tensor in before] != [tensor.shape for tensor in after]:
            yield "the other parameters are not those of the original"
            return
        for source, target in zip(before, after):
            target.copy_(source)
        for block in blocks:
            block.forward = lambda x: x
        if not torch.allclose(original.eval()(images), changed.eval()(images), atol=1e-5):
            yield "with its gates open it is not the original network"


def announced_for(entry, variant):
    """What the plan said this network would gain; None where it did not know, or the entry is not one it counted."""
    return variant["announced"].get(entry.removesuffix("()"))


def complaints(file, space, variant):
    try:
        changed_space = execute(variant["source"], file["file"])
    except Exception as error:  # The complaint is the result.
        return [f"does not execute: {error!r}"]
    found = []
    used = 0
    for network in file["networks"]:
        try:
            torch.manual_seed(2)
            images = torch.randn(network["input"])
            changed = build(changed_space, network["entry"])
            used += len(blocks_of(changed))
            found += [f"{network['entry']}: {complaint}" for complaint in check(build(space, network["entry"]), changed, images, variant["blocks"], announced_for(network["entry"], variant))]
        except Exception as error:
            found.append(f"{network['entry']}: {error!r}")
    if used == 0:
        found.append("no network of the file has the block")
    return found


def main():
    result = {}
    for file in json.load(sys.stdin)["files"]:
        try:
            space = execute(file["source"], file["file"])
            for network in file["networks"]:
                build(space, network["entry"])(torch.randn(network["input"]))
            result[file["file"]] = []
        except Exception as error:
            result[file["file"]] = [repr(error)]
            continue
        for variant in file["variants"]:
            result[variant["id"]] = complaints(file, space, variant)
    json.dump(result, sys.stdout)


main()
