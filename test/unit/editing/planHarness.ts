/** What the tests of the insert command share: samples, cursors by needle, hand-written definitions, real Python. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { parser as javascript } from '@lezer/javascript';
import { parser as python } from '@lezer/python';
import { expect } from 'vitest';
import type { SeOptions } from '../../../src/core/codegen/seOptions';
import type { SourceFramework, SourceLanguage } from '../../../src/core/codegen/seSnippets';
import { applyEdits, planInsert } from '../../../src/core/editing/planInsert';
import type { EditPlan, RefusalCode } from '../../../src/core/editing/planInsert';

export const PAPER_OPTIONS: SeOptions = { reduction: 16, squeeze: 'avg', gate: 'sigmoid', bias: true };

export const SAMPLES: readonly string[] = [
  'torchBottleneck.py',
  'torchCifarBlocks.py',
  'torchVgg.py',
  'torchMessy.py',
  'torchMobile.py',
  'torchFactories.py',
  'kerasFunctional.py',
  'kerasSequential.py',
  'kerasSubclass.py',
  'kerasWrappers.py',
  'flaxLinen.py',
  'flaxNnx.py',
  'tfjsModel.ts',
  'tfjsWrappers.ts',
  'tfjsSequential.js',
];

export function sample(name: string): string {
  return readFileSync(new URL(`../../support/samples/${name}`, import.meta.url), 'utf8');
}

export function languageOf(name: string): SourceLanguage {
  return name.endsWith('.py') ? 'python' : name.endsWith('.ts') ? 'typescript' : 'javascript';
}

/** The syntax errors Lezer finds, counted without the code under test. */
export function errorCount(text: string, language: SourceLanguage): number {
  const parser =
    language === 'python'
      ? python
      : javascript.configure({ dialect: language === 'typescript' ? 'ts' : 'jsx' });
  let count = 0;
  parser.parse(text).iterate({ enter: (node) => void (count += node.type.isError ? 1 : 0) });
  return count;
}

/** Offset of the `occurrence`-th (from 0) needle; a needle that is not there is a broken test. */
export function offsetOf(text: string, needle: string, occurrence = 0): number {
  let offset = -1;
  for (let i = 0; i <= occurrence; i += 1) {
    offset = text.indexOf(needle, offset + 1);
    if (offset < 0) throw new Error(`No "${needle}" (${occurrence}) in the sample`);
  }
  return offset;
}

export interface Cursor {
  text: string;
  language?: SourceLanguage;
  at: string;
  occurrence?: number;
  options?: Partial<SeOptions>;
  framework?: SourceFramework;
}

export function ask({
  text,
  language = 'python',
  at,
  occurrence = 0,
  options = {},
  framework,
}: Cursor): ReturnType<typeof planInsert> {
  return planInsert({
    text,
    language,
    offset: offsetOf(text, at, occurrence),
    options: { ...PAPER_OPTIONS, ...options },
    ...(framework ? { framework } : {}),
  });
}

/** The plan and the text it makes; a refusal fails the test with its sentence. */
export function inserted(cursor: Cursor): { plan: EditPlan; result: string } {
  const answer = ask(cursor);
  if (!answer.ok) throw new Error(`Refused: ${answer.reason.code}: ${answer.reason.message}`);
  return { plan: answer.plan, result: applyEdits(cursor.text, answer.plan.edits) };
}

export function expectRefusal(cursor: Cursor, code: RefusalCode): string {
  const answer = ask(cursor);
  if (answer.ok)
    throw new Error(`Not refused; it would give:\n${applyEdits(cursor.text, answer.plan.edits)}`);
  expect(answer.reason.code).toBe(code);
  expect(answer.reason.message).toMatch(/[.!]$/);
  expect(answer.fallback).toContain('$0');
  return answer.reason.message;
}

/** The text with each [from, to] replaced once; `from` must be there exactly once. */
export function edited(text: string, ...changes: readonly (readonly [string, string])[]): string {
  let result = text;
  for (const [from, to] of changes) {
    if (result.split(from).length !== 2)
      throw new Error(`"${from}" is there ${result.split(from).length - 1} times`);
    result = result.split(from).join(to);
  }
  return result;
}

/** The PyTorch definition as a person would write it down from the paper (average, sigmoid, biases). */
export const TORCH_CLASS = `class SqueezeExcite(nn.Module):
    """Squeeze-and-Excitation (Hu et al., arXiv 1709.01507): scales each channel by a learnt gate."""

    def __init__(self, channels, reduction=16):
        super().__init__()
        hidden = max(1, channels // reduction)
        self.fc1 = nn.Conv2d(channels, hidden, kernel_size=1, bias=True)
        self.relu = nn.ReLU(inplace=True)
        self.fc2 = nn.Conv2d(hidden, channels, kernel_size=1, bias=True)
        self.gate = nn.Sigmoid()

    def forward(self, x):
        scale = x.mean(dim=(2, 3), keepdim=True)  # squeeze: [N, C, H, W] -> [N, C, 1, 1]
        scale = self.gate(self.fc2(self.relu(self.fc1(scale))))  # excitation: C -> C/r -> C
        return x * scale
`;

/** The Keras definition with single quotes and \`layers\` imported. */
export const KERAS_CLASS = `class SqueezeExcite(layers.Layer):
    """Squeeze-and-Excitation (Hu et al., arXiv 1709.01507): scales each channel by a learnt gate."""

    def __init__(self, reduction=16, **kwargs):
        super().__init__(**kwargs)
        self.reduction = reduction

    def build(self, input_shape):
        channels = input_shape[-1]
        hidden = max(1, channels // self.reduction)
        self.squeeze = layers.GlobalAveragePooling2D(keepdims=True)
        self.fc1 = layers.Dense(hidden, activation='relu', use_bias=True)
        self.fc2 = layers.Dense(channels, activation='sigmoid', use_bias=True)
        self.fc1.build((None, 1, 1, channels))
        self.fc2.build((None, 1, 1, hidden))
        super().build(input_shape)

    def call(self, inputs):
        scale = self.squeeze(inputs)  # squeeze: [N, H, W, C] -> [N, 1, 1, C]
        scale = self.fc2(self.fc1(scale))  # excitation: C -> C/r -> C
        return inputs * scale

    def get_config(self):
        return {**super().get_config(), 'reduction': self.reduction}
`;

/** The tfjs definition in TypeScript, two spaces, single quotes. */
export const TFJS_CLASS = `/** Squeeze-and-Excitation (Hu et al., arXiv 1709.01507): scales each channel by a learnt gate. */
class SqueezeExcite extends tf.layers.Layer {
  static className = 'SqueezeExcite';
  readonly reduction: number;
  w1!: tf.LayerVariable;
  w2!: tf.LayerVariable;
  b1!: tf.LayerVariable;
  b2!: tf.LayerVariable;

  constructor(config: { reduction?: number; name?: string } = {}) {
    super(config);
    this.reduction = config.reduction ?? 16;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const channels = inputShape[inputShape.length - 1] as number;
    const hidden = Math.max(1, Math.floor(channels / this.reduction));
    this.w1 = this.addWeight('w1', [channels, hidden], 'float32', tf.initializers.heNormal({}));
    this.w2 = this.addWeight('w2', [hidden, channels], 'float32', tf.initializers.heNormal({}));
    this.b1 = this.addWeight('b1', [hidden], 'float32', tf.initializers.zeros());
    this.b2 = this.addWeight('b2', [channels], 'float32', tf.initializers.zeros());
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = Array.isArray(inputs) ? inputs[0]! : inputs;
      const squeezed = tf.mean(x, [1, 2]); // squeeze: [N, H, W, C] -> [N, C]
      const hidden = tf.relu(tf.add(tf.matMul(squeezed, this.w1.read()), this.b1.read()));
      const gate = tf.sigmoid(tf.add(tf.matMul(hidden, this.w2.read()), this.b2.read())); // excitation: C -> C/r -> C
      return tf.mul(x, tf.reshape(gate, [-1, 1, 1, gate.shape[1]!]));
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), reduction: this.reduction };
  }
}
tf.serialization.registerClass(SqueezeExcite);
`;

/** The system's Python, or null: tests that need it skip, and say so in their title. */
export const PYTHON: string | null = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : null;
export const PYTHON_NOTE = PYTHON ? '' : ' (SKIPPED: no /usr/bin/python3)';

/** For each source the error of Python's own parser, or null. */
export function pythonErrors(sources: readonly string[]): (string | null)[] {
  const program = [
    'import ast, json, sys',
    'def error(source):',
    '    try:',
    '        ast.parse(source)',
    '    except SyntaxError as problem:',
    '        return str(problem)',
    'print(json.dumps([error(source) for source in json.load(sys.stdin)]))',
  ].join('\n');
  const output = execFileSync(PYTHON ?? 'python3', ['-c', program], {
    input: JSON.stringify(sources),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  return JSON.parse(output) as (string | null)[];
}
