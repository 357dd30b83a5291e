"""Asks the parts of a generated training script what they do. stdin: JSON (see trainingParts.test.ts); stdout: JSON."""
import base64
import collections
import json
import os
import pickle
import sys
import types

import numpy
import torch

request = json.load(sys.stdin)
script = types.SimpleNamespace()
script.__dict__['__name__'] = 'training'
exec(compile(request['source'], 'training.py', 'exec'), script.__dict__)
folder = request['folder']


def rates():
    return [
        [script.learning_rate_at(case['recipe'], step, case['stepsPerEpoch'], case['epochs']) for step in range(case['steps'])]
        for case in request['schedules']
    ]


def message_of(action):
    try:
        action()
    except SystemExit as refusal:
        return str(refusal)
    return None


def cifar10():
    """The same random images in both forms, and what must be refused."""
    generator = numpy.random.default_rng(1)
    names = [*(f'data_batch_{number}' for number in (1, 2, 3, 4, 5)), 'test_batch']
    for place in ('cifar-10-batches-bin', 'cifar-10-batches-py'):
        os.makedirs(os.path.join(folder, place[-3:], place))
    pixels = {name: generator.integers(0, 256, (30, 3072), dtype=numpy.uint8) for name in names}
    labels = {name: [int(label) for label in generator.permutation(30) % 10] for name in names}
    for name in names:
        with open(os.path.join(folder, 'bin', 'cifar-10-batches-bin', name + '.bin'), 'wb') as file:
            file.write(b''.join(bytes([label]) + row.tobytes() for label, row in zip(labels[name], pixels[name])))
        with open(os.path.join(folder, '-py', 'cifar-10-batches-py', name), 'wb') as file:
            pickle.dump({b'data': pixels[name], b'labels': labels[name]}, file, protocol=2)
    binary, pickled = (script.read_cifar10(os.path.join(folder, form)) for form in ('bin', '-py'))
    same = all(
        torch.equal(one.pixels, other.pixels) and torch.equal(one.labels, other.labels) for one, other in zip(binary, pickled)
    )
    train, test = binary
    red = torch.from_numpy(pixels['data_batch_2'][4][:1024].reshape(32, 32))
    subset = script.first_of_each_class(train, 3)
    firsts = [[at for at, other in enumerate(train.labels.tolist()) if other == label][:3] for label in range(10)]
    expected = sorted(sum(firsts, []))

    with open(os.path.join(folder, 'unsafe'), 'wb') as file:
        pickle.dump({b'data': os.system, b'labels': []}, file, protocol=2)
    with open(os.path.join(folder, 'counter'), 'wb') as file:
        pickle.dump(collections.Counter(), file, protocol=2)
    with open(os.path.join(folder, 'torn.bin'), 'wb') as file:
        file.write(bytes(3072))
    with open(os.path.join(folder, 'labels.bin'), 'wb') as file:
        file.write(bytes([10]) + bytes(3072))
    path = lambda name: os.path.join(folder, name)
    return {
        'sizes': [len(train.labels), len(test.labels)],
        'same': same,
        'red': torch.equal(train.pixels[34, 0], red),
        'subset': torch.equal(subset.pixels, train.pixels[expected]),
        'refused': [
            message_of(lambda: script.read_pickled_batch(path('unsafe'))),
            message_of(lambda: script.read_pickled_batch(path('counter'))),
            message_of(lambda: script.read_binary_batch(path('torn.bin'))),
            message_of(lambda: script.read_binary_batch(path('labels.bin'))),
            message_of(lambda: script.read_cifar10(os.path.join(folder, 'nowhere'))),
        ],
    }


def augmentation():
    """Every image of a batch against the crop and flip done pixel by pixel."""
    train, _ = script.load_dataset('synthetic', None)
    batches = script.TrainingBatches(train, torch.arange(100, 140), 5, True)
    batches.set_epoch(3)
    positions = [7, 0, 39, 20]
    pixels, labels = batches[positions]
    wrong = 0
    for place, position in enumerate(positions):
        image = train.pixels[100 + position]
        down, right = (batches.shifts[position] - 4).tolist()
        for y in range(32):
            for x in range(32):
                source_y, source_x = y + down, (31 - x if batches.flips[position] else x) + right
                inside = 0 <= source_y < 32 and 0 <= source_x < 32
                expected = image[:, source_y, source_x] if inside else torch.zeros(3, dtype=torch.uint8)
                wrong += not torch.equal(pixels[place, :, y, x], expected)
    shifts = batches.shifts.clone()
    batches.set_epoch(4)
    normal = script.normalise(torch.tensor([[[[0, 255]], [[0, 255]], [[0, 255]]]], dtype=torch.uint8)).flatten().tolist()
    return {
        'wrong': wrong,
        'labels': torch.equal(labels, train.labels[[100 + position for position in positions]]),
        'range': [shifts.min().item(), shifts.max().item()],
        'fresh': not torch.equal(shifts, batches.shifts),
        'normalised': normal,
    }


def splits():
    train, _ = script.load_dataset('synthetic', None)
    recipe = {'subset': 205, 'validationSplit': 0.25}
    chosen, held_out = script.split_images(train.labels, recipe, 1)
    other, _ = script.split_images(train.labels, recipe, 2)
    alone = types.SimpleNamespace(count=1, rank=0, device=torch.device('cpu'))
    settings = {'batch': 20, 'augment': False}
    one = batches_of(script.BatchFeed(train, chosen, settings, 1, alone, 0), 2)
    shared = [
        batches_of(script.BatchFeed(train, chosen, settings, 1, types.SimpleNamespace(count=2, rank=rank, device=alone.device), 0), 2)
        for rank in (0, 1)
    ]
    joined = [sorted(first + second) for first, second in zip(*shared)]
    return {
        'sizes': [len(chosen), len(held_out)],
        'overlap': len(set(chosen.tolist()) & set(held_out.tolist())),
        'balance': [torch.bincount(train.labels[part], minlength=10).tolist() for part in (chosen, held_out)],
        'seeded': not torch.equal(chosen, other),
        'steps': len(one),
        'sameBatches': joined == [sorted(batch) for batch in one],
        'otherEpoch': batches_of(script.BatchFeed(train, chosen, settings, 1, alone, 0), 3) != one,
        'uneven': message_of(lambda: script.step_images({'batch': 20}, 100, types.SimpleNamespace(count=3))),
    }


def batches_of(feed, epoch):
    """The images of every batch, told apart by the sum of their pixels."""
    return [[image.long().mul(torch.arange(image.numel()).reshape(image.shape)).sum().item() for image in pixels] for pixels, _ in feed.epoch(epoch)]


def gates():
    """The summary of two batches, and the gates it is of."""
    model = script.ResNet().eval()
    script.initialise_by_name(model, 11)
    with torch.no_grad():
        for name, value in model.named_parameters():
            if '.se.fc2.weight' in name:
                value.mul_(60)  # some gates saturate
    _, test = script.load_dataset('synthetic', None)
    seen = collections.defaultdict(list)
    labels = []
    with torch.no_grad(), script.GateWatch(model) as watch:
        for positions in torch.tensor([0, 1, 2, 3, 12, 13, 40]).split(5):
            model(script.normalise(test.pixels[positions]))
            watch.add(test.labels[positions])
            labels += test.labels[positions].tolist()
            for name, values in watch.gates.items():
                seen[name].append(values.flatten(1))
    encode = lambda parts: base64.b64encode(torch.cat(parts).numpy().astype('<f4').tobytes()).decode()
    return {'summary': watch.summary(), 'labels': labels, 'gates': {name: encode(parts) for name, parts in seen.items()}}


def pair():
    models = [script.ResNet(with_se=with_se) for with_se in (False, True)]
    for model in models:
        script.initialise_by_name(model, 4)
    plain, treated = (dict(model.named_parameters()) for model in models)
    decayed = script.optimizer_of(models[1], request['recipe']).param_groups
    names = {id(value): name for name, value in treated.items()}
    return {
        'common': all(torch.equal(value, treated[name]) for name, value in plain.items()),
        'ours': [[names[id(value)] for value in group['params']] for group in decayed],
        'decay': [group['weight_decay'] for group in decayed],
        'moments': treated['layer3.0.conv1.weight'].square().mean().item(),
    }


torch.set_num_threads(1)
json.dump({
    'rates': rates(), 'cifar10': cifar10(), 'augmentation': augmentation(), 'splits': splits(), 'gates': gates(), 'pair': pair(),
}, sys.stdout)
