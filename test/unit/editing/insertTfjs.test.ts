import { describe, expect, it } from 'vitest';
import { edited, expectRefusal, inserted, sample, TFJS_CLASS } from './planHarness';

const model = sample('tfjsModel.ts');
const sequential = sample('tfjsSequential.js');
const modelClass = ["from '@tensorflow/tfjs';\n", `from '@tensorflow/tfjs';\n\n${TFJS_CLASS}`] as const;

/** The JavaScript form: no types, tabs, double quotes, no semicolons, as tfjsSequential.js is written. */
const SEQUENTIAL_CLASS = `/** Squeeze-and-Excitation (Hu et al., arXiv 1709.01507): scales each channel by a learnt gate. */
class SqueezeExcite extends tf.layers.Layer {
	static className = "SqueezeExcite"

	constructor(config = {}) {
		super(config)
		this.reduction = config.reduction ?? 16
	}

	build(inputShape) {
		const channels = inputShape[inputShape.length - 1]
		const hidden = Math.max(1, Math.floor(channels / this.reduction))
		this.w1 = this.addWeight("w1", [channels, hidden], "float32", tf.initializers.heNormal({}))
		this.w2 = this.addWeight("w2", [hidden, channels], "float32", tf.initializers.heNormal({}))
		this.b1 = this.addWeight("b1", [hidden], "float32", tf.initializers.zeros())
		this.b2 = this.addWeight("b2", [channels], "float32", tf.initializers.zeros())
		super.build(inputShape)
	}

	computeOutputShape(inputShape) {
		return inputShape
	}

	call(inputs) {
		return tf.tidy(() => {
			const x = Array.isArray(inputs) ? inputs[0] : inputs
			const squeezed = tf.mean(x, [1, 2]) // squeeze: [N, H, W, C] -> [N, C]
			const hidden = tf.relu(tf.add(tf.matMul(squeezed, this.w1.read()), this.b1.read()))
			const gate = tf.sigmoid(tf.add(tf.matMul(hidden, this.w2.read()), this.b2.read())) // excitation: C -> C/r -> C
			return tf.mul(x, tf.reshape(gate, [-1, 1, 1, gate.shape[1]]))
		})
	}

	getConfig() {
		return { ...super.getConfig(), reduction: this.reduction }
	}
}
tf.serialization.registerClass(SqueezeExcite)
`;

describe('tfjs, functional TypeScript', () => {
  const add = '  x = tf.layers.add().apply([x, input]) as tf.SymbolicTensor;\n';
  const residual = edited(model, modelClass, [
    add,
    `  x = new SqueezeExcite().apply(x) as tf.SymbolicTensor;\n${add}`,
  ]);

  it.each(['x = tf.layers.add()', 'export function residualBlock'])(
    'before the addition, from `%s`',
    (at) => {
      const { plan, result } = inserted({ text: model, language: 'typescript', at });
      expect(result).toBe(residual);
      expect(plan.summary).toMatchObject({
        framework: 'tfjs',
        channels: { kind: 'expression', text: 'filters' },
      });
      expectRefusal({ text: residual, language: 'typescript', at }, 'already-there');
    },
  );

  it('a constant is wrapped, because it cannot be assigned again', () => {
    const { result } = inserted({ text: model, language: 'typescript', at: 'const stem' });
    expect(result).toBe(
      edited(model, modelClass, [
        "const stem = tf.layers.conv2d({ filters: 64, kernelSize: 3, padding: 'same' }).apply(input) as",
        "const stem = new SqueezeExcite().apply(tf.layers.conv2d({ filters: 64, kernelSize: 3, padding: 'same' }).apply(input)) as",
      ]),
    );
  });

  it('the branch among the operands keeps its type', () => {
    const { result } = inserted({ text: model, language: 'typescript', at: 'const sum' });
    expect(result).toBe(
      edited(model, modelClass, [
        '[stem, branch]',
        '[stem, new SqueezeExcite().apply(branch) as tf.SymbolicTensor]',
      ]),
    );
  });

  it.each([
    ['const pooled', 'not-a-feature-map'],
    ['const logits', 'not-a-feature-map'],
  ] as const)('declines at %s', (at, code) => {
    expectRefusal({ text: model, language: 'typescript', at }, code);
  });

  it('named imports: adds the namespace it needs', () => {
    const text =
      "import { layers, SymbolicTensor } from '@tensorflow/tfjs-node';\n\nexport function stem(input) {\n  let x = layers.conv2d({ filters: 64, kernelSize: 3 }).apply(input);\n  return x;\n}\n";
    const { result } = inserted({ text, language: 'javascript', at: 'let x' });
    expect(result).toContain("import * as tf from '@tensorflow/tfjs-node';\n\n/** Squeeze");
    expect(result).toContain('.apply(input);\n  x = new SqueezeExcite().apply(x);\n  return x;\n');
  });
});

describe('tfjs, Sequential JavaScript', () => {
  const withClass = ['@tensorflow/tfjs-node")\n', `@tensorflow/tfjs-node")\n\n${SEQUENTIAL_CLASS}`] as const;

  it('model.add over several lines, in the style of the file', () => {
    const { result } = inserted({ text: sequential, language: 'javascript', at: 'filters: 8' });
    expect(result).toBe(
      edited(sequential, withClass, [
        '\t\tactivation: "relu",\n\t}))\n',
        '\t\tactivation: "relu",\n\t}))\n\tmodel.add(new SqueezeExcite({ reduction: 2 }))\n',
      ]),
    );
    expectRefusal({ text: result, language: 'javascript', at: 'filters: 8' }, 'already-there');
  });

  it('a list of layers', () => {
    const { result } = inserted({
      text: sequential,
      language: 'javascript',
      at: 'tf.layers.batchNormalization()',
    });
    expect(result).toBe(
      edited(sequential, withClass, [
        '\t\ttf.layers.batchNormalization(),\n',
        '\t\ttf.layers.batchNormalization(),\n\t\tnew SqueezeExcite(),\n',
      ]),
    );
  });

  it('the global tf of a page with a script tag', () => {
    const text =
      'function build() {\n  const model = tf.sequential();\n  model.add(tf.layers.conv2d({ filters: 64, kernelSize: 3 }));\n  return model;\n}\n';
    const { result } = inserted({ text, language: 'javascript', at: 'model.add' });
    expect(result.startsWith('/** Squeeze')).toBe(true);
    expect(result).toContain('kernelSize: 3 }));\n  model.add(new SqueezeExcite());\n');
    expectRefusal(
      { text: `const tf = myOwn();\n${text}`, language: 'javascript', at: 'model.add' },
      'no-framework',
    );
  });

  it.each(['tf.layers.flatten())', 'tf.layers.dense('])('declines at %s', (at) => {
    expectRefusal({ text: sequential, language: 'javascript', at }, 'not-a-feature-map');
  });
});
