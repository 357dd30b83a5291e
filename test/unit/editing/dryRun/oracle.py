"""Makes networks for real and tells what is in them, for comparison with a dry run.

Reads a list of {"source": path of a file or dotted name of a module, "entries": expressions} as JSON; writes, for each
entry, an error or the modules of the source's own classes in the order of named_modules: class, path, and what its
constructors' local names and its attributes are in the end, as far as they are plain.
"""
import importlib
import importlib.util
import json
import pathlib
import sys
import warnings

import torch


def plain(value, depth=0):
    """The value as JSON has it; None where it is not plain. A pair keeps None the value apart."""
    if value is None or isinstance(value, (bool, str)):
        return [value]
    if isinstance(value, (int, float)) and value == value and abs(value) < 2**53:
        return [value]
    if isinstance(value, (list, tuple)) and depth < 4:
        items = [plain(item, depth + 1) for item in value]
        return [[item[0] for item in items]] if all(item is not None for item in items) else None
    return None


def plain_values(names):
    found = {name: plain(value) for name, value in names.items()}
    return {name: value[0] for name, value in found.items() if value is not None}


def load(source):
    if source.endswith(".py"):
        spec = importlib.util.spec_from_file_location("dry_run_" + pathlib.Path(source).stem, source)
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        return module
    return importlib.import_module(source)


def make(module, entry):
    constructed = {}

    def watch(frame, event, _):
        if event != "return" or frame.f_code.co_name != "__init__":
            return
        self = frame.f_locals.get("self")
        for owner in type(self).__mro__:
            init = owner.__dict__.get("__init__")
            if getattr(init, "__code__", None) is frame.f_code:
                values = plain_values(frame.f_locals)
                # The object is kept too: a freed one's id may be used again.
                constructed.setdefault(id(self), (self, {}))[1][owner.__name__] = values

    sys.setprofile(watch)
    try:
        network = eval(entry, vars(module))
    finally:
        sys.setprofile(None)
    if callable(network) and not isinstance(network, torch.nn.Module):
        raise TypeError("no network")
    found = []
    for path, part in network.named_modules():
        if type(part).__module__ != module.__name__:
            continue
        attributes = {name: value for name, value in vars(part).items() if not name.startswith("_")}
        found.append(
            {
                "class": type(part).__name__,
                "path": path,
                "locals": constructed.get(id(part), (part, {}))[1],
                "attributes": plain_values(attributes),
            }
        )
    return found


def answer(request):
    module = load(request["source"])
    answers = []
    for entry in request["entries"]:
        try:
            answers.append({"modules": make(module, entry)})
        except Exception as error:  # the answer to compare with
            answers.append({"error": f"{type(error).__name__}: {error}"})
    return answers


def main():
    warnings.simplefilter("ignore")
    # Nobody looks at the weights.
    for name in dir(torch.nn.init):
        if name.endswith("_") and not name.startswith("_"):
            setattr(torch.nn.init, name, lambda tensor, *_, **__: tensor)
    answers = [answer(request) for request in json.load(sys.stdin)]
    json.dump(answers, sys.stdout)


main()
