"""Trains the network of seResnet.py for a few seconds on images that it can learn, and records its gates.

python3 recordSeResnet.py FOLDER: seResnet.py and record_excitations.py are in FOLDER, seResnet.excitation.json is
written there.
"""
import sys

import torch
from torch import nn

folder = sys.argv[1]
sys.path.insert(0, folder)
sys.dont_write_bytecode = True

from record_excitations import record_excitations  # noqa: E402
from seResnet import se_resnet14  # noqa: E402

NAMES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
STEPS, BATCH, IMAGES = 40, 32, 200

torch.manual_seed(7)
torch.set_num_threads(1)
# A coarse picture for each class, under noise.
patterns = nn.functional.interpolate(torch.randn(len(NAMES), 3, 4, 4), size=16)


def batch(labels):
    return patterns[labels] + torch.randn(len(labels), 3, 16, 16), labels


model = se_resnet14()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
for step in range(STEPS):
    images, labels = batch(torch.randint(len(NAMES), (BATCH,)))
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()

model.eval()
images, labels = batch(torch.arange(IMAGES) % len(NAMES))
loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(images, labels), batch_size=50)
record_excitations(
    model, loader, f"{folder}/seResnet.excitation.json", class_names=NAMES, images_per_class=1, epoch=1
)
