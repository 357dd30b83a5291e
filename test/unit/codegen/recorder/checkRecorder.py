"""Records models with the generated module, and recomputes their gates by plain loops. Prints what the test compares."""
import base64
import contextlib
import importlib.util
import json
import math
import os
import sys
import warnings

import numpy
import torch
import torch.nn.functional as F
from torch import nn

REQUEST = json.load(sys.stdin)
FOLDER = REQUEST["folder"]
MODULE = os.path.join(FOLDER, "record_excitations.py")
with open(MODULE, "w") as file:
    file.write(REQUEST["source"])
spec = importlib.util.spec_from_file_location("record_excitations", MODULE)
recording = importlib.util.module_from_spec(spec)
spec.loader.exec_module(recording)
scope = {"nn": nn}
exec(REQUEST["inserted"], scope)
SqueezeExcite = scope["SqueezeExcite"]
CLASSES = 3
torch.manual_seed(5)


class SELayer(nn.Module):
    def __init__(self, channel, reduction=2):
        super().__init__()
        self.avg_pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(
            nn.Linear(channel, channel // reduction, bias=False),
            nn.ReLU(inplace=True),
            nn.Linear(channel // reduction, channel, bias=False),
            nn.Sigmoid(),
        )

    def forward(self, x):
        b, c, _, _ = x.size()
        y = self.avg_pool(x).view(b, c)
        y = self.fc(y).view(b, c, 1, 1)
        return x * y.expand_as(x)


class FunctionalSe(nn.Module):
    """The gate is no module, and the product is in place."""

    def __init__(self, channels):
        super().__init__()
        self.down = nn.Linear(channels, channels // 2)
        self.up = nn.Linear(channels // 2, channels)

    def forward(self, x):
        s = torch.sigmoid(self.up(F.relu(self.down(x.mean((2, 3))))))
        return x.mul_(s[:, :, None, None])


class HSigmoid(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU6()

    def forward(self, x):
        return self.relu(x + 3) / 6


class OwnGateSe(FunctionalSe):
    """The activation is a module of the user's with a module in it."""

    def __init__(self, channels):
        super().__init__(channels)
        self.act = HSigmoid()

    def forward(self, x):
        return x * self.act(self.up(F.relu(self.down(x.mean((2, 3))))))[:, :, None, None]


class OnePlusSe(FunctionalSe):
    """What multiplies the input is no module's output nor a function of one."""

    def forward(self, x):
        s = torch.sigmoid(self.up(F.relu(self.down(x.mean((2, 3))))))
        return x + x * s[:, :, None, None]


class Maker(nn.Sequential):
    """Only makes the gates."""

    def __init__(self, channels):
        super().__init__(
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(channels, channels // 2, 1),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels // 2, channels, 1),
            nn.Sigmoid(),
        )


class Unit(nn.Module):
    """A residual unit with a block of either kind on its branch."""

    def __init__(self, inputs, channels, se, multiply=False, dead=False):
        super().__init__()
        self.conv = nn.Conv2d(inputs, channels, 3, padding=1)
        self.bn = nn.BatchNorm2d(channels)
        self.se = se
        self.short = nn.Conv2d(inputs, channels, 1)
        self.multiply = multiply
        self.dead = dead

    def forward(self, x):
        out = torch.relu(self.bn(self.conv(x)))
        if self.dead:
            out = out * (torch.arange(out.shape[1]) > 0).to(out)[None, :, None, None]
        out = out * self.se(out) if self.multiply else self.se(out)
        return torch.relu(out + self.short(x))


class Net(nn.Module):
    def __init__(self, make, **options):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.layer1 = nn.Sequential(Unit(8, 8, make(8), **options), Unit(8, 12, make(12), **options))
        self.fc = nn.Linear(12, CLASSES)

    def forward(self, x):
        return self.fc(self.layer1(self.stem(x)).mean((2, 3)))


def plain_gates(planes, layers, gate):
    """Gates of one image by loops over Python's numbers; planes [C][H * W], layers: two of weights [out][in] and biases."""
    z = [sum(plane) / len(plane) for plane in planes]
    (w1, b1), (w2, b2) = layers
    hidden = [max(0.0, b + sum(w * v for w, v in zip(row, z))) for row, b in zip(w1, b1)]
    return [gate(b + sum(w * v for w, v in zip(row, hidden))) for row, b in zip(w2, b2)]


def layers_of(block):
    found = [part for part in block.modules() if isinstance(part, (nn.Linear, nn.Conv2d))]
    return [
        (part.weight.flatten(1).tolist(), [0.0] * part.weight.shape[0] if part.bias is None else part.bias.tolist())
        for part in found
    ]


def expected_gates(model, blocks, batches, gate):
    """{block: gates [images][C]}: the block's input is caught by a hook of our own, the rest is loops."""
    gates = {name: [] for name in blocks}
    named = dict(model.named_modules())

    def catch(name):
        def hook(module, inputs):
            for planes in inputs[0].detach().double().flatten(2).tolist():
                gates[name].append(plain_gates(planes, layers_of(module), gate))

        return hook

    hooks = [named[name].register_forward_pre_hook(catch(name)) for name in blocks]
    with torch.no_grad():
        for images, _ in batches:
            model(images)
    for hook in hooks:
        hook.remove()
    return gates


SIGMOID = lambda v: 1 / (1 + math.exp(-v))
HARD = lambda v: min(max(v + 3, 0), 6) / 6


def data(batches=3, size=7):
    return [(torch.randn(size, 3, 6, 6) * 2, torch.randint(0, CLASSES - 1, (size,))) for _ in range(batches)]


def settled(model):
    """In evaluation mode, with batch norms that have seen something, and excitations that are not all near 1/2."""
    with torch.no_grad():
        model(torch.randn(16, 3, 6, 6))
        for name, parameter in model.named_parameters():
            if ".se." in name:
                parameter.mul_(6)
    return model.eval()


def case(name, model, blocks, gate, batches=None, **options):
    batches = batches or data()
    before = [model(images).detach().clone() for images, _ in batches]
    path = os.path.join(FOLDER, f"{name}.excitation.json")
    recording.record_excitations(model, batches, path, ["ant", "bee", "cow"], **options)
    after = [model(images).detach() for images, _ in batches]
    gates = expected_gates(model, blocks, batches, gate)
    return {
        "path": path,
        "labels": torch.cat([labels for _, labels in batches]).tolist(),
        "gates": {block: numpy.array(values).ravel().tolist() for block, values in gates.items()},
        "unchanged": all(torch.equal(one, other) for one, other in zip(before, after)),
        "hooks": sum(len(part._forward_hooks) + len(part._forward_pre_hooks) for part in model.modules()),
        "training": model.training,
    }


def failure(action):
    try:
        action()
    except recording.RecordingError as error:
        return str(error)
    return None


def misuse():
    net = settled(Net(SELayer))
    path = os.path.join(FOLDER, "misuse.excitation.json")

    def with_recorder(body, **options):
        def action():
            with recording.record(net, ["a", "b", "c"], path, **options) as recorder:
                body(recorder)

        return failure(action)

    x = torch.randn(2, 3, 6, 6)
    poisoned = settled(Net(SELayer))
    with torch.no_grad():
        poisoned.stem.weight.fill_(math.nan)
    texts = {
        "nothing": with_recorder(lambda recorder: None),
        "unlabelled": with_recorder(lambda recorder: (net(x), net(x))),
        "twice": with_recorder(lambda recorder: (recorder.labels([0, 1]), recorder.labels([0, 1]))),
        "short": with_recorder(lambda recorder: (recorder.labels([0]), net(x))),
        "unnamed": with_recorder(lambda recorder: recorder.labels([0, 3])),
        "half": with_recorder(lambda recorder: (recorder.labels([0, 1]), net(x), recorder.labels([0, 1]))),
        "module": with_recorder(lambda recorder: None, blocks=["layer9"]),
        "class": with_recorder(lambda recorder: None, keep_classes=["dog"]),
        "plain": failure(lambda: recording.record_excitations(Net(lambda channels: nn.Identity()).eval(), data(), path)),
        "nan": failure(lambda: recording.record_excitations(poisoned, data(), path)),
        "large": failure(lambda: recording.number_form(4000, 0, 20000)),
    }
    hooks = sum(len(part._forward_hooks) + len(part._forward_pre_hooks) for part in net.modules())
    return {"texts": texts, "written": os.path.exists(path), "hooks": hooks, "half": recording.number_form(1000, 0, 15104)}


def loop():
    """The with statement: labels after the pass, ids, unnamed classes, training mode, a block on a list of the user's."""
    net = settled(Net(SELayer)).train()
    path = os.path.join(FOLDER, "loop.excitation.json")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with recording.record(net, path=path, images_per_class=1, epoch=4, model_name="Mine", blocks=["layer1.1.se"]) as recorder:
            for step in range(2):
                net(torch.randn(3, 3, 6, 6))
                recorder.labels([0, 4, step], ids=[f"{step}-{index}" for index in range(3)])
    return {"path": path, "warnings": [str(entry.message) for entry in caught], "training": net.training}


def inline():
    """A block in the forward method of its unit, found by the name of its activation."""

    class Inline(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 6, 3, padding=1)
            self.down, self.up, self.sigmoid = nn.Conv2d(6, 2, 1), nn.Conv2d(2, 6, 1), nn.Sigmoid()

        def forward(self, x):
            x = self.conv(x)
            return x + x * self.sigmoid(self.up(F.relu(self.down(x.mean((2, 3), keepdim=True)))))

    net = nn.Sequential(Inline(), nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
    path = os.path.join(FOLDER, "inline.excitation.json")
    recording.record_excitations(net, data(), path, ["ant", "bee", "cow"], blocks=["0.sigmoid"])
    return path


def mobilenet():
    try:
        from torchvision.models import mobilenet_v3_small
    except ImportError:
        return None
    net = mobilenet_v3_small(num_classes=CLASSES).eval()
    batches = [(torch.randn(4, 3, 64, 64), torch.tensor([0, 1, 2, 0])) for _ in range(2)]
    path = os.path.join(FOLDER, "mobilenet.excitation.json")
    recording.record_excitations(net, batches, path, ["ant", "bee", "cow"])
    blocks = {name: part for name, part in net.named_modules() if type(part).__name__ == "SqueezeExcitation"}
    gates = {name: [] for name in blocks}
    hooks = [
        part.register_forward_pre_hook(lambda module, inputs, name=name: gates[name].append(module._scale(inputs[0]).flatten(1)))
        for name, part in blocks.items()
    ]
    with torch.no_grad():
        for images, _ in batches:
            net(images)
    gates = {name: torch.cat(values).double().flatten().tolist() for name, values in gates.items()}
    return {"path": path, "labels": [0, 1, 2, 0] * 2, "gates": gates}


class SpatialGate(nn.Module):
    """One gate a position."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 1, 7, padding=3)

    def forward(self, x):
        return x * torch.sigmoid(self.conv(x.mean(1, keepdim=True)))


class LayerScale(nn.Module):
    """One factor a channel, the same for every image."""

    def __init__(self, channels):
        super().__init__()
        self.scale = nn.Conv2d(channels, channels, 1, groups=channels, bias=False)

    def forward(self, x):
        return self.scale(x)


def lookalikes():
    """A block in a module of its own, among modules that do something like it."""
    head = nn.Sequential(nn.Linear(8, 4), nn.ReLU(), nn.Linear(4, CLASSES), nn.Softmax(1))
    pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
    wrapped = nn.Sequential(SELayer(8))
    net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Sequential(LayerScale(8)), wrapped, SpatialGate(), pool, head).eval()
    path = os.path.join(FOLDER, "lookalikes.excitation.json")
    recording.record_excitations(net, data(), path, ["ant", "bee", "cow"])
    return path


def strangers():
    """What is found in networks without such blocks, at sizes that end in feature maps of one position."""
    try:
        from torchvision import models
    except ImportError:
        return None
    path = os.path.join(FOLDER, "stranger.excitation.json")
    found = {}
    for name in ("resnet18", "densenet121", "convnext_tiny", "shufflenet_v2_x0_5"):
        net = getattr(models, name)(num_classes=CLASSES).eval()
        batches = [(torch.randn(2, 3, 32, 32), torch.tensor([0, 1]))]
        found[name] = failure(lambda: recording.record_excitations(net, batches, path))
    return found


def torchvision_case():
    try:
        from torchvision.ops.misc import SqueezeExcitation
    except ImportError:
        return None
    make = lambda channels: SqueezeExcitation(channels, channels // 2, scale_activation=nn.Hardsigmoid)
    return case("torchvision", settled(Net(make)), BLOCKS, HARD)


BLOCKS = ["layer1.0.se", "layer1.1.se"]
bfloat = settled(Net(SELayer)).bfloat16()
bfloat_data = [(images.bfloat16(), labels) for images, labels in data()]
cases = {
    "linear": case("linear", settled(Net(SELayer)), BLOCKS, SIGMOID),
    "inserted": case("inserted", settled(Net(lambda channels: SqueezeExcite(channels, 2))), BLOCKS, SIGMOID),
    "functional": case("functional", settled(Net(FunctionalSe)), BLOCKS, SIGMOID),
    "ownGate": case("ownGate", settled(Net(OwnGateSe)), BLOCKS, HARD),
    "ratio": case("ratio", settled(Net(OnePlusSe, dead=True)), BLOCKS, lambda v: 1 + SIGMOID(v)),
    "maker": case("maker", settled(Net(Maker, multiply=True)), BLOCKS, SIGMOID),
    "bfloat16": case("bfloat16", bfloat, BLOCKS, SIGMOID, bfloat_data),
    "torchvision": torchvision_case(),
    "everyImage": case("everyImage", settled(Net(SELayer)), BLOCKS, SIGMOID, images_per_class=1000),
}
parallel = nn.DataParallel(settled(Net(SELayer)))
parallel_path = os.path.join(FOLDER, "parallel.excitation.json")
with contextlib.redirect_stdout(sys.stderr):
    recording.record_excitations(parallel, data(), parallel_path, ["ant", "bee", "cow"], keep_classes=["bee"])
print(json.dumps({
    "cases": cases,
    "misuse": misuse(),
    "loop": loop(),
    "inline": inline(),
    "mobilenet": mobilenet(),
    "lookalikes": lookalikes(),
    "strangers": strangers(),
    "parallel": parallel_path,
}))
