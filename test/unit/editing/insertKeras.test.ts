import { describe, expect, it } from 'vitest';
import { edited, expectRefusal, inserted, KERAS_CLASS, sample } from './planHarness';

const functional = sample('kerasFunctional.py');
const sequential = sample('kerasSequential.py');
const subclass = sample('kerasSubclass.py');

const functionalClass = [
  'from tensorflow.keras import layers\n',
  `from tensorflow.keras import layers\n\n\n${KERAS_CLASS}`,
] as const;

describe('Keras, functional', () => {
  const residual = edited(functional, functionalClass, [
    '    x = layers.add([x, shortcut])\n',
    '    x = SqueezeExcite()(x)\n    x = layers.add([x, shortcut])\n',
  ]);

  it.each(['x = layers.add([x, shortcut])', 'def residual_block', 'shortcut = x\n'])(
    'before the addition, from `%s`',
    (at) => {
      const { plan, result } = inserted({ text: functional, at });
      expect(result).toBe(residual);
      expect(plan.summary).toMatchObject({
        framework: 'keras',
        place: 'residual-end',
        channels: { kind: 'expression', text: 'filters' },
      });
      expectRefusal({ text: residual, at }, 'already-there');
    },
  );

  it('behind the layer at the cursor', () => {
    const { plan, result } = inserted({ text: functional, at: '# stem' });
    expect(result).toBe(
      edited(functional, functionalClass, [
        '(inputs)  # stem\n',
        '(inputs)  # stem\nx = SqueezeExcite()(x)\n',
      ]),
    );
    expect(plan.summary).toMatchObject({
      place: 'after-layer',
      channels: { kind: 'number', value: 64 },
      hidden: 4,
    });
    expectRefusal({ text: result, at: '# stem' }, 'already-there');
  });

  it('the deeper of two called operands', () => {
    expect(inserted({ text: functional, at: 'z = layers.Add()' }).result).toContain(
      'z = layers.Add()([layers.Conv2D(128, 1)(x), SqueezeExcite()(y)])\n',
    );
  });

  it.each([
    ['outputs = ', 'not-a-feature-map'],
    ['z = layers.GlobalAverage', 'not-a-feature-map'],
    ['model = keras.Model', 'no-site'],
    ['inputs = keras', 'no-site'],
  ] as const)('declines at %s', (at, code) => {
    expectRefusal({ text: functional, at }, code);
  });

  it('does not trust a function it has not read', () => {
    expectRefusal({ text: functional, at: 'x = residual_block(x, 64)' }, 'no-site');
  });

  it('declines channels-first models', () => {
    const text = edited(functional, [
      "layers.Conv2D(64, 3, padding='same')",
      "layers.Conv2D(64, 3, data_format='channels_first')",
    ]);
    expectRefusal({ text, at: '# stem' }, 'channels-first');
  });
});

describe('Keras, Sequential', () => {
  const layersClass = KERAS_CLASS.replace(/'/g, '"');
  const withClass = [
    'Activation, Flatten, Dense\n\nmodel',
    `Activation, Flatten, Dense\nfrom tensorflow.keras import layers\n\n\n${layersClass}\n\nmodel`,
  ] as const;

  it('model.add, with the one import that is missing', () => {
    const { plan, result } = inserted({ text: sequential, at: 'model.add(BatchNormalization())' });
    expect(result).toBe(
      edited(sequential, withClass, [
        'model.add(BatchNormalization())\n',
        'model.add(BatchNormalization())\nmodel.add(SqueezeExcite(reduction=8))\n',
      ]),
    );
    expect(plan.summary).toMatchObject({ channels: { kind: 'number', value: 32 }, reduction: 8, hidden: 4 });
    expectRefusal({ text: result, at: 'model.add(BatchNormalization())' }, 'already-there');
  });

  it('a list', () => {
    const { result } = inserted({ text: sequential, at: 'BatchNormalization(),\n' });
    expect(result).toBe(
      edited(sequential, withClass, [
        '    BatchNormalization(),\n',
        '    BatchNormalization(),\n    SqueezeExcite(reduction=4),\n',
      ]),
    );
  });

  it.each(['model.add(Flatten())', 'model.add(Dense(10))', '    Dense(10),'])('declines at %s', (at) => {
    expectRefusal({ text: sequential, at }, 'not-a-feature-map');
  });
});

describe('Keras, subclass', () => {
  const bn2 = '        self.bn2 = layers.BatchNormalization()\n';
  const expected = edited(
    subclass,
    ['from keras import layers\n', `from keras import layers\n\n\n${KERAS_CLASS.replace(/'/g, '"')}`],
    [
      '        self.conv2 = layers.Conv2D(filters, 3, padding="same")\n',
      '        self.conv2 = layers.Conv2D(filters, 3, padding="same")\n        self.se = SqueezeExcite()\n',
    ],
    [
      '        return self.act(inputs + x)\n',
      '        x = self.se(x)\n        return self.act(inputs + x)\n',
    ],
  );

  it('makes the block in the constructor and calls it before the addition', () => {
    const { plan, result } = inserted({ text: subclass, at: 'return self.act(inputs + x)' });
    expect(result).toBe(expected);
    expect(plan.summary.channels).toEqual({ kind: 'expression', text: 'filters' });
    expectRefusal({ text: expected, at: bn2 }, 'already-there');
  });
});
