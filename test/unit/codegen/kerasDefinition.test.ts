/**
 * The Keras text is run on a stand-in for Keras (test/support/standIns: numpy, not Keras): every option against plain loops, and inserted
 * blocks for shape and weights. Where the system's Python has no numpy these tests are skipped and their titles say so.
 */
import { describe, expect, it } from 'vitest';
import type { SeOptions } from '../../../src/core/codegen/seOptions';
import { seDefinition } from '../../../src/core/codegen/seSnippets';
import { HAS_NUMPY, NUMPY_NOTE, runWithStandIns } from '../../support/standIns/runStandIns';
import { inserted, sample } from '../editing/planHarness';

const ORACLE = `
import json, math, sys
import numpy as np
from keras import layers
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
results = []
for case in json.load(sys.stdin):
    scope = {'layers': layers}
    exec(case['source'], scope)
    layer = scope['Se'](reduction=r, name='gate')
    layer(x)
    count = sum(weight.size for part in (layer.fc1, layer.fc2) for weight in part.weights)
    b1 = [math.sin(5 * i) if case['bias'] else 0 for i in range(h)]
    b2 = [math.cos(5 * i) if case['bias'] else 0 for i in range(C)]
    for part, kernel, bias in ((layer.fc1, w1, b1), (layer.fc2, w2, b2)):
        assert [weight.shape for weight in part.weights][0] == kernel.shape
        part.weights[:] = [kernel, np.asarray(bias)][:len(part.weights)]
    y = layer(x)
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
    copy = scope['Se'](**layer.get_config())
    results.append({'count': count, 'error': error, 'copied': [copy.name, copy.reduction]})
print(json.dumps(results))
`;

/** Runs each text, before and after, and compares the value at its end and the size of all weights made on the way. */
const PROGRAMS = `
import json, sys
import numpy as np
from keras import layers
results = []
for case in json.load(sys.stdin):
    found = []
    for source in (case['before'], case['after']):
        layers.made.clear()
        scope = {'__name__': 'sample'}
        exec(source, scope)
        y = eval(case['value'], {**scope, 'np': np})
        assert np.isfinite(y).all()
        found.append((list(y.shape), sum(weight.size for layer in layers.made for weight in layer.weights)))
    (shape, count), (shape_se, count_se) = found
    results.append({'sameShape': shape == shape_se, 'extra': int(count_se - count)})
print(json.dumps(results))
`;

describe('the Keras definition', () => {
  it.skipIf(!HAS_NUMPY)(
    `equals plain loops for every option, and is remade from its config${NUMPY_NOTE}`,
    () => {
      const gates: SeOptions['gate'][] = ['sigmoid', 'hard-sigmoid', 'tanh', 'relu'];
      const cases = gates.flatMap((gate) =>
        (['avg', 'max'] as const).flatMap((squeeze) =>
          [true, false].map((bias) => {
            const options = { gate, squeeze, bias };
            const style = { indent: '  ', eol: '\n', quote: "'", semicolons: true } as const;
            const source = seDefinition({
              framework: 'keras',
              language: 'python',
              className: 'Se',
              namespace: 'layers',
              options,
              style,
            });
            return { ...options, source };
          }),
        ),
      );
      const results = runWithStandIns(ORACLE, cases) as { count: number; error: number; copied: unknown }[];
      expect(results.length).toBe(16);
      results.forEach(({ count, error, copied }, index) => {
        expect(count).toBe(cases[index]?.bias ? 45 : 36);
        expect(error).toBeLessThan(1e-12);
        expect(copied).toEqual(['gate', 2]);
      });
    },
  );

  it.skipIf(!HAS_NUMPY)(`inserted: runs, keeps shapes, costs what was announced${NUMPY_NOTE}`, () => {
    const block = (channels: number, hidden: number): number => 2 * channels * hidden + hidden + channels;
    const wrappers = sample('kerasWrappers.py');
    const subclass = sample('kerasSubclass.py');
    const unit = (filters: number): string =>
      `ResidualUnit(${filters})(np.ones((2, 4, 4, ${filters}), 'float32'))`;
    const cases = [
      { text: wrappers, at: 'x = conv_bn(inputs, 64)', value: 'model.outputs', extra: block(64, 4) },
      { text: wrappers, at: 'x = bn_relu(x)', value: 'model.outputs', extra: block(64, 4) },
      { text: wrappers, at: 'y = layers.Add()([shortcut, y])', value: 'model.outputs', extra: block(64, 4) },
      {
        text: wrappers,
        at: 'return ops.add',
        value: "ops_unit(np.ones((1, 4, 4, 32), 'float32'), 32)",
        extra: block(32, 2),
      },
      { text: subclass, at: 'return self.act(inputs + x)', value: unit(48), extra: block(48, 3) },
    ];
    const plans = cases.map(({ text, at }) => inserted({ text, at }));
    const results = runWithStandIns(
      PROGRAMS,
      cases.map(({ text, value }, index) => ({ before: text, after: plans[index]?.result, value })),
    );
    expect(results).toEqual(cases.map(({ extra }) => ({ sameShape: true, extra })));
    const announced = plans.map(({ plan }) => plan.summary.extraParameters);
    expect(announced).toEqual([block(64, 4), block(64, 4), null, null, null]);
  });
});
