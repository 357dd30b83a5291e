/**
 * The PyTorch text is run where the system's Python has torch: every option against plain loops, and inserted blocks for
 * shape, parameter count and gradients. Elsewhere these tests are skipped and their titles say so.
 */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { SeOptions } from '../../../src/core/codegen/seOptions';
import { seDefinition } from '../../../src/core/codegen/seSnippets';
import { inserted, PYTHON, sample } from '../editing/planHarness';

function hasTorch(): boolean {
  try {
    execFileSync(PYTHON ?? 'python3', ['-c', 'import torch'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const TORCH = PYTHON !== null && hasTorch();
const NOTE = TORCH ? '' : ' (SKIPPED: no torch in /usr/bin/python3)';

function runPython(program: string, input: unknown): unknown {
  const output = execFileSync(PYTHON ?? 'python3', ['-c', program], {
    input: JSON.stringify(input),
    encoding: 'utf8',
  });
  return JSON.parse(output.trim().split('\n').at(-1) ?? 'null') as unknown;
}

const ORACLE = `
import json, math, sys, torch
from torch import nn
GATES = {
    'sigmoid': lambda v: 1 / (1 + math.exp(-v)),
    'hard-sigmoid': lambda v: min(max(v + 3, 0), 6) / 6,
    'tanh': math.tanh,
    'relu': lambda v: max(v, 0),
}
worst = []
for case in json.load(sys.stdin):
    scope = {'nn': nn}
    exec(case['source'], scope)
    torch.manual_seed(1)
    C, r, N, H, W = 6, 2, 2, 3, 2
    h = C // r
    layer = scope['Se'](C, r)
    count = sum(p.numel() for p in layer.parameters())
    assert count == 2 * C * h + (h + C if case['bias'] else 0), count
    x = torch.randn(N, C, H, W) * 3
    y = layer(x)
    assert y.shape == x.shape
    w1 = layer.fc1.weight.view(h, C).tolist()
    w2 = layer.fc2.weight.view(C, h).tolist()
    b1 = layer.fc1.bias.tolist() if case['bias'] else [0] * h
    b2 = layer.fc2.bias.tolist() if case['bias'] else [0] * C
    error = 0
    for n in range(N):
        planes = [[x[n, c, i, j].item() for i in range(H) for j in range(W)] for c in range(C)]
        z = [sum(p) / len(p) if case['squeeze'] == 'avg' else max(p) for p in planes]
        a = [max(0, b1[k] + sum(w1[k][c] * z[c] for c in range(C))) for k in range(h)]
        for c in range(C):
            s = GATES[case['gate']](b2[c] + sum(w2[c][k] * a[k] for k in range(h)))
            got = [y[n, c, i, j].item() for i in range(H) for j in range(W)]
            error = max(error, max(abs(g - p * s) for g, p in zip(got, planes[c])))
    worst.append(error)
print(json.dumps(worst))
`;

const BLOCKS = `
import json, sys, torch
results = []
for case in json.load(sys.stdin):
    outputs = []
    for source in (case['before'], case['after']):
        scope = {'__name__': 'sample'}
        exec(source, scope)
        torch.manual_seed(2)
        model = eval(case['make'], scope)
        x = torch.randn(*case['shape'], requires_grad=True)
        y = model(x)
        y.sum().backward()
        silent = [name for name, p in model.named_parameters() if p.grad is None]
        outputs.append((list(y.shape), sum(p.numel() for p in model.parameters()), silent))
    (shape, count, _), (shape_se, count_se, silent) = outputs
    results.append({'sameShape': shape == shape_se, 'extra': count_se - count, 'silent': silent})
print(json.dumps(results))
`;

describe('the PyTorch definition', () => {
  it.skipIf(!TORCH)(`equals plain loops for every option${NOTE}`, { timeout: 180_000 }, () => {
    const gates: SeOptions['gate'][] = ['sigmoid', 'hard-sigmoid', 'tanh', 'relu'];
    const cases = gates.flatMap((gate) =>
      (['avg', 'max'] as const).flatMap((squeeze) =>
        [true, false].map((bias) => {
          const options = { gate, squeeze, bias };
          const style = { indent: '    ', eol: '\n', quote: '"', semicolons: true } as const;
          const source = seDefinition({
            framework: 'pytorch',
            language: 'python',
            className: 'Se',
            namespace: 'nn',
            options,
            style,
          });
          return { ...options, source };
        }),
      ),
    );
    const errors = runPython(ORACLE, cases) as number[];
    expect(errors.length).toBe(16);
    for (const error of errors) expect(error).toBeLessThan(1e-5);
  });

  it.skipIf(!TORCH)(
    `inserted: same shape, the announced parameters, gradients everywhere${NOTE}`,
    { timeout: 180_000 },
    () => {
      const bottleneck = sample('torchBottleneck.py');
      const cifar = sample('torchCifarBlocks.py');
      const vgg = sample('torchVgg.py');
      const messy = sample('torchMessy.py');
      const block = (channels: number, r = 16): number => {
        const hidden = Math.floor(channels / r);
        return 2 * channels * hidden + hidden + channels;
      };
      const cases = [
        {
          text: bottleneck,
          at: 'out += identity',
          occurrence: 0,
          make: 'BasicBlock(64, 64)',
          shape: [2, 64, 4, 4],
          extra: block(64),
        },
        {
          text: bottleneck,
          at: 'out += identity',
          occurrence: 1,
          make: 'Bottleneck(128, 32)',
          shape: [2, 128, 4, 4],
          extra: block(128),
        },
        {
          text: cifar,
          at: 'out += self.shortcut(x)',
          make: 'BasicBlock(64, 128, 2)',
          shape: [2, 64, 4, 4],
          extra: block(128),
        },
        {
          text: cifar,
          at: 'out += shortcut',
          make: 'PreActBlock(64, 128, 2)',
          shape: [2, 64, 4, 4],
          extra: block(128),
        },
        {
          text: cifar,
          at: 'return F.relu(self.block(x)',
          make: 'ResidualBranch(64)',
          shape: [2, 64, 4, 4],
          extra: block(64),
        },
        {
          text: cifar,
          at: 'return y + self.proj(x)',
          make: 'Pair(32)',
          shape: [2, 32, 4, 4],
          extra: block(64),
        },
        {
          text: cifar,
          at: 'self.conv2 = nn.Conv2d(6, 96, 5)',
          make: 'LeNetLike()',
          shape: [2, 3, 32, 32],
          extra: block(96),
        },
        { text: vgg, at: 'nn.BatchNorm2d(64)', make: 'Small()', shape: [2, 3, 34, 34], extra: block(64) },
        { text: messy, at: 'self.c2 = ', make: 'Net()', shape: [1, 3, 8, 8], extra: block(64) },
      ];
      const results = runPython(
        BLOCKS,
        cases.map(({ text, at, occurrence = 0, make, shape }) => {
          const source =
            text === messy ? text.replace('for stage in self.stages: x = x + stage(x)', 'pass') : text;
          return { before: source, after: inserted({ text: source, at, occurrence }).result, make, shape };
        }),
      ) as { sameShape: boolean; extra: number; silent: string[] }[];
      results.forEach((result, index) => {
        expect({
          at: cases[index]?.at,
          ...result,
          silent: result.silent.filter((name) => name.startsWith('se.')),
        }).toEqual({
          at: cases[index]?.at,
          sameShape: true,
          extra: cases[index]?.extra,
          silent: [],
        });
      });
    },
  );
});
