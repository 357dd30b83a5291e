"""Records models with the generated recorder, and tells on which lines of their source each block was made.

Reads {"recorder": text, "folder": path, "models": [{"source": path or dotted module, "make": expression, "size": pixels, "blocks": names}]}
as JSON. "make" is evaluated in the module, with nn at hand. Writes, for each model, the recording's path, the source's path, and for each
block the lines of the source that were being run when it was made, the innermost last, without those of the block's own constructor.
"""
import importlib
import importlib.util
import json
import os
import sys

import torch
from torch import nn

REQUEST = json.load(sys.stdin)
FOLDER = REQUEST["folder"]


def load(path, name):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


RECORDER = os.path.join(FOLDER, "record_excitations.py")
with open(RECORDER, "w") as file:
    file.write(REQUEST["recorder"])
recording = load(RECORDER, "record_excitations")

made = {}  # id of a module -> the frames that were running
plain_init = nn.Module.__init__


def watched_init(self, *args, **kwargs):
    frames = []
    frame = sys._getframe(1)
    while frame:
        if frame.f_locals.get("self") is not self:
            frames.append((frame.f_code.co_filename, frame.f_lineno))
        frame = frame.f_back
    made[id(self)] = frames[::-1]
    plain_init(self, *args, **kwargs)


def run(index, model_request):
    source = model_request["source"]
    is_file = source.endswith(".py")
    module = load(source, f"model_{index}") if is_file else importlib.import_module(source)
    torch.manual_seed(index)
    nn.Module.__init__ = watched_init
    try:
        model = eval(model_request["make"], {**vars(module), "nn": nn}).eval()
    finally:
        nn.Module.__init__ = plain_init
    size = model_request.get("size", 32)
    path = os.path.join(FOLDER, f"model{index}.excitation.json")
    images = torch.randn(2, 3, size, size)
    blocks = model_request.get("blocks")
    with torch.no_grad(), recording.record(model, class_names=["a", "b"], path=path, blocks=blocks) as recorder:
        recorder.labels(torch.tensor([0, 1]))
        model(images)
    with open(path) as file:
        names = [block["block"] for block in json.load(file)["blocks"]]
    modules = dict((model.module if isinstance(model, nn.DataParallel) else model).named_modules())
    lines = {
        name: [line for file, line in made[id(modules[name])] if file == module.__file__] for name in names
    }
    return {"path": path, "source": module.__file__, "lines": lines}


json.dump([run(index, each) for index, each in enumerate(REQUEST["models"])], sys.stdout)
