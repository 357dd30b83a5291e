/**
 * The Flax texts are run on a stand-in for Flax (test/support/standIns: numpy, not Flax): every option against plain loops, and inserted
 * blocks for shape and parameter count. Where the system's Python has no numpy these tests are skipped and their titles say so.
 */
import { describe, expect, it } from 'vitest';
import type { SeOptions } from '../../../src/core/codegen/seOptions';
import { seDefinition } from '../../../src/core/codegen/seSnippets';
import { HAS_NUMPY, NUMPY_NOTE, runWithStandIns } from '../../support/standIns/runStandIns';
import { inserted, sample } from '../editing/planHarness';

const FRAMEWORKS = ['flax-linen', 'flax-nnx'] as const;
const GATES: readonly SeOptions['gate'][] = ['sigmoid', 'hard-sigmoid', 'tanh', 'relu'];

/** Plain loops over plain numbers, from the paper's formulas; weights, biases and inputs are made here, on both sides of every kink. */
const ORACLE = `
import json, math, sys
import numpy as np
from flax import linen as nn, nnx
GATES = {
    'sigmoid': lambda v: 1 / (1 + math.exp(-v)),
    'hard-sigmoid': lambda v: min(max(v + 3, 0), 6) / 6,
    'tanh': math.tanh,
    'relu': lambda v: max(v, 0),
}
C, r, N, H, W = 6, 2, 2, 3, 2
h = C // r
x = np.asarray([4 * math.cos(i * i) for i in range(N * H * W * C)]).reshape(N, H, W, C)
w1 = np.asarray([math.sin(3 * i + 1) for i in range(C * h)]).reshape(C, h)
w2 = np.asarray([math.sin(3 * i + 2) for i in range(h * C)]).reshape(h, C)
def run(case):
    scope = {'nn': nn, 'nnx': nnx}
    exec(case['source'], scope)
    b1 = np.asarray([math.sin(5 * i) for i in range(h)]) if case['bias'] else None
    b2 = np.asarray([math.cos(5 * i) for i in range(C)]) if case['bias'] else None
    if case['framework'] == 'flax-linen':
        layer = scope['Se'](reduction=r)
        variables = layer.init(0, x)
        assert list(variables) == ['params'], variables
        dense = [variables['params'][name] for name in sorted(variables['params'])]
        count = sum(value.size for part in dense for value in part.values())
        for part, kernel, bias in zip(dense, (w1, w2), (b1, b2)):
            assert part['kernel'].shape == kernel.shape
            part['kernel'] = kernel
            if bias is not None:
                part['bias'] = bias
        return count, layer.apply(variables, x), layer.apply(variables, x.astype(np.float16)).dtype, b1, b2
    layer = scope['Se'](C, r, rngs=nnx.Rngs(0))
    count = sum(value.size for value in nnx.state(layer, nnx.Param).values())
    for part, kernel, bias in zip((layer.fc1, layer.fc2), (w1, w2), (b1, b2)):
        assert part.kernel.value.shape == kernel.shape
        part.kernel.value = kernel
        if bias is not None:
            part.bias.value = bias
    return count, layer(x), layer(x.astype(np.float16)).dtype, b1, b2
results = []
for case in json.load(sys.stdin):
    count, y, half, b1, b2 = run(case)
    b1 = [0] * h if b1 is None else b1
    b2 = [0] * C if b2 is None else b2
    assert y.shape == x.shape
    error = 0
    for n in range(N):
        planes = [[x[n, i, j, c] for i in range(H) for j in range(W)] for c in range(C)]
        z = [sum(p) / len(p) if case['squeeze'] == 'avg' else max(p) for p in planes]
        a = [max(0, b1[k] + sum(w1[c][k] * z[c] for c in range(C))) for k in range(h)]
        for c in range(C):
            s = GATES[case['gate']](b2[c] + sum(w2[k][c] * a[k] for k in range(h)))
            got = [y[n, i, j, c] for i in range(H) for j in range(W)]
            error = max(error, max(abs(g - p * s) for g, p in zip(got, planes[c])))
    results.append({'count': int(count), 'error': float(error), 'half': str(half)})
print(json.dumps(results))
`;

/** Makes a model of each text, before and after, and compares the shape of its output and the size of its parameters. */
const MODELS = `
import json, sys
import numpy as np
from flax import nnx
def leaves(tree):
    return sum(leaves(part) for part in tree.values()) if isinstance(tree, dict) else tree.size
results = []
for case in json.load(sys.stdin):
    found = []
    for source in (case['before'], case['after']):
        scope = {'__name__': 'sample'}
        exec(source, scope)
        model = eval(case['make'], scope)
        x = np.random.RandomState(3).standard_normal(case['shape']).astype(np.float32)
        if hasattr(model, 'init'):
            variables = model.init(0, x)
            count = leaves(variables['params'])
            y = model.apply(variables, x, **case['train'])
        else:
            count = leaves(nnx.state(model, nnx.Param))
            y = model(x)
        assert np.isfinite(y).all()
        found.append((list(y.shape), int(count), str(y.dtype)))
    (shape, count, kind), (shape_se, count_se, kind_se) = found
    results.append({'sameShape': shape == shape_se, 'sameType': kind == kind_se, 'extra': count_se - count})
print(json.dumps(results))
`;

describe.each(FRAMEWORKS)('the %s definition', (framework) => {
  it.skipIf(!HAS_NUMPY)(`equals plain loops for every option${NUMPY_NOTE}`, () => {
    const cases = GATES.flatMap((gate) =>
      (['avg', 'max'] as const).flatMap((squeeze) =>
        [true, false].map((bias) => {
          const options = { gate, squeeze, bias };
          const style = { indent: '  ', eol: '\n', quote: "'", semicolons: true } as const;
          const namespace = framework === 'flax-linen' ? 'nn' : 'nnx';
          const source = seDefinition({
            framework,
            language: 'python',
            className: 'Se',
            namespace,
            options,
            style,
          });
          return { ...options, framework, source };
        }),
      ),
    );
    const results = runWithStandIns(ORACLE, cases) as { count: number; error: number; half: string }[];
    expect(results.length).toBe(16);
    results.forEach(({ count, error, half }, index) => {
      // C = 6, h = 3: 2 * 18 weights, 3 + 6 biases.
      expect(count).toBe(cases[index]?.bias ? 45 : 36);
      expect(error).toBeLessThan(1e-12);
      // A network of narrower numbers goes on in them.
      expect(half).toBe('float16');
    });
  });
});

describe('inserted into a Flax model', () => {
  const block = (channels: number, hidden: number): number => 2 * channels * hidden + hidden + channels;
  const linen = sample('flaxLinen.py');
  const nnx = sample('flaxNnx.py');
  const residual =
    'conv=partial(nn.Conv, use_bias=False), norm=partial(nn.BatchNorm, use_running_average=True), act=nn.relu';
  const cases = [
    {
      text: linen,
      at: 'return self.act(residual + y)',
      make: `ResidualUnit(64, ${residual})`,
      shape: [2, 4, 4, 64],
      extra: block(64, 4),
    },
    {
      text: linen,
      at: 'return self.act(residual + y)',
      make: `ResidualUnit(64, strides=(2, 2), ${residual})`,
      shape: [2, 4, 4, 32],
      extra: block(64, 4),
    },
    {
      text: linen,
      at: 'return self.act(residual + y)',
      make: 'Network([1, 1], 10)',
      shape: [2, 16, 16, 3],
      train: { train: false },
      extra: block(64, 4) + block(128, 8),
    },
    {
      text: linen,
      at: 'x = x + y',
      make: 'WideUnit(32)',
      shape: [2, 4, 4, 16],
      train: { train: false },
      extra: block(32, 2),
    },
    { text: linen, at: 'y += x', make: 'SetupUnit()', shape: [2, 4, 4, 64], extra: block(64, 4) },
    { text: linen, at: '# wide', make: 'small_cnn()', shape: [2, 6, 6, 3], extra: block(128, 8) },
    {
      text: nnx,
      at: 'class Block',
      make: 'Block(8, 16, 2, rngs=nnx.Rngs(0))',
      shape: [2, 4, 4, 8],
      extra: block(16, 1),
    },
    {
      text: nnx,
      at: 'class Block',
      make: 'Block(64, 64, rngs=nnx.Rngs(0))',
      shape: [2, 4, 4, 64],
      extra: block(64, 4),
    },
    {
      text: nnx,
      at: 'self.conv = nnx',
      make: 'Stem(rngs=nnx.Rngs(0))',
      shape: [2, 8, 8, 3],
      extra: block(32, 2),
    },
    {
      text: nnx,
      at: 'x = self.first(x)',
      make: 'Stem(rngs=nnx.Rngs(0))',
      shape: [2, 8, 8, 3],
      extra: block(32, 2),
    },
    {
      text: nnx,
      at: 'nnx.BatchNorm(2 * width',
      make: 'Stem(rngs=nnx.Rngs(0))',
      shape: [2, 8, 8, 3],
      extra: block(64, 4),
    },
    {
      text: nnx,
      at: '96, kernel_size',
      make: 'Stem(rngs=nnx.Rngs(0))',
      shape: [2, 8, 8, 3],
      extra: block(96, 6),
    },
  ];

  it.skipIf(!HAS_NUMPY)(`runs, keeps shapes and types, and costs what was announced${NUMPY_NOTE}`, () => {
    const plans = cases.map(({ text, at }) => inserted({ text, at }));
    const results = runWithStandIns(
      MODELS,
      cases.map(({ text, make, shape, train = {} }, index) => ({
        before: text,
        after: plans[index]?.result,
        make,
        shape,
        train,
      })),
    );
    expect(results).toEqual(cases.map(({ extra }) => ({ sameShape: true, sameType: true, extra })));
    const announced = plans.map(({ plan }) => plan.summary.extraParameters);
    expect(announced.filter((count) => count !== null)).toEqual([block(128, 8), block(96, 6)]);
  });
});
