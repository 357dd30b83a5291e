"""Conditions that the source does not answer: some make no difference to the blocks, some do."""
import os

import torch
from torch import nn

DEVICE = 'cuda' if torch.cuda.is_available() else 'cpu'
DEBUG = os.environ.get('DEBUG')


class Block(nn.Module):
    def __init__(self, channels, groups=1):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1, groups=groups)
        # Either way there is one norm, and no block in it.
        if torch.cuda.is_available():
            self.norm = nn.BatchNorm2d(channels)
        else:
            self.norm = nn.GroupNorm(1, channels)
        if DEBUG:
            print('made a block of', channels)


class Harmless(nn.Module):
    def __init__(self):
        super().__init__()
        if torch.__version__ < '1.0':
            raise RuntimeError('too old')
        width = 16
        self.blocks = nn.Sequential()
        for i in range(3):
            self.blocks.add_module(f'block{i}', Block(width * 2 ** i))
        self.to(DEVICE)
        for m in self.modules():
            if isinstance(m, nn.Conv2d) and m.bias is not None:
                nn.init.zeros_(m.bias)


class Grouped(nn.Module):
    """The groups are not known, the channels are."""

    def __init__(self, groups=1 if DEBUG is None else 2):
        super().__init__()
        self.a = Block(32, groups)
        self.b = Block(64, groups)


class Depends(nn.Module):
    """How many blocks there are depends on the machine."""

    def __init__(self):
        super().__init__()
        blocks = [Block(8)]
        if torch.cuda.is_available():
            blocks.append(Block(8))
        self.blocks = nn.Sequential(*blocks)


class Counted(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList(Block(8) for _ in range(os.cpu_count()))


def early():
    if DEBUG:
        return Grouped()
    return Harmless()
