import { describe, expect, it } from 'vitest';
import { instancesOf } from '../../../../src/core/editing/dryRun/readNetworks';
import { entry, python, read, stages } from './networksIn';

describe('what the source does not say', () => {
  const reports = read('unknowns.py');

  it('makes no difference where blocks do not depend on it', () => {
    expect(entry(reports, 'Harmless').complete).toBe(true);
    expect(stages(entry(reports, 'Harmless'), 'Block', 'channels')).toBe(
      'blocks 1 x 16, blocks 1 x 32, blocks 1 x 64',
    );
    const grouped = entry(reports, 'Grouped');
    expect(grouped.complete).toBe(true);
    expect(stages(grouped, 'Block', 'channels')).toBe('a 1 x 32, b 1 x 64');
    expect(stages(grouped, 'Block', 'groups')).toBe('a 1 x null, b 1 x null');
  });

  it('is the reason why a report is not complete', () => {
    expect(entry(reports, 'Depends')).toMatchObject({
      complete: false,
      why: '`torch.cuda.is_available()` (line 54) is not known',
    });
    expect(entry(reports, 'Counted')).toMatchObject({
      complete: false,
      why: '`range(os.cpu_count())` (line 62) is not known',
    });
    expect(entry(reports, 'early').complete).toBe(false);
  });

  it('is a class of another file that gets blocks', () => {
    const [report] = python(`
from elsewhere import Stack, conv
class Act(nn.Module):
    def forward(self, x): return x
class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.conv = conv(c, act=Act)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = Block(4)
        self.second = Block(8)
def net(): return Net()
`);
    expect(report?.complete).toBe(false);
    expect(report?.why).toMatch(/`elsewhere.conv` is not in this file/);
    // There may be more of the class that was passed, but not of the others.
    expect(report && instancesOf(report, 'Act').complete).toBe(false);
    expect(report && instancesOf(report, 'Block')).toMatchObject({ complete: true });
    const [stacked] = python(`
from elsewhere import Stack
class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
class Net(Stack):
    def __init__(self):
        super().__init__(Block, 3)
        self.last = Block(8)
`);
    expect(stacked?.complete).toBe(false);
    expect(stacked?.why).toMatch(/base class `elsewhere.Stack`/);
  });

  it('is a constant of another file', () => {
    const [report] = python(`
import config
from constants import DEPTH, norm_layer, Norm
class Block(nn.Module):
    def __init__(self, c, norm=Norm):
        super().__init__()
        if norm is None:
            raise ValueError()
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.deep = nn.Sequential(*[Block(8) for _ in range(3 if DEPTH == 50 else 2)])
        self.other = Block(4) if config.USE_OTHER else nn.Identity()
        self.maybe = Block(4) if norm_layer is None else nn.Identity()
def net(): return Net()
`);
    expect(report?.complete).toBe(false);
    expect(report?.doubts.map(({ why }) => why)).toEqual([
      '`config.USE_OTHER` (line 15) is not known',
      '`norm_layer is None` (line 16) is not known',
      '`range(3 if DEPTH == 50 else 2)` (line 14) is not known',
    ]);
  });

  it('is a class that changes what making it means', () => {
    for (const method of ['__setattr__(self, name, value): pass', '__new__(cls): return object()']) {
      const [report] = python(`
class Block(nn.Module):
    def ${method}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block()
def net(): return Net()
`);
      expect(report).toMatchObject({ entry: 'net', complete: false });
      expect(report?.why).toMatch(/`Block` writes its own `__(setattr|new)__`/);
    }
  });

  it('is the order of a set', () => {
    const [report] = python(`
class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
class Net(nn.Module):
    def __init__(self, widths={64, 128}):
        super().__init__()
        self.first = Block(max(widths))
        self.blocks = nn.Sequential(*[Block(c) for c in widths])
def net(): return Net()
def sorted_net(): return Net(sorted({64, 128}))
`);
    expect(report).toMatchObject({ entry: 'net', complete: false });
  });

  it('is a dictionary that another file may have changed', () => {
    const [report] = python(`
from elsewhere import adjust
class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
class Net(nn.Module):
    def __init__(self, depth=2):
        super().__init__()
        self.blocks = nn.Sequential(*[Block(8) for _ in range(depth)])
def net(**kwargs):
    adjust(kwargs)
    return Net(**kwargs)
`);
    expect(report).toMatchObject({ entry: 'net', complete: false });
  });
});
