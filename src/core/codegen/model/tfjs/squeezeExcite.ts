import type { Gate } from '../../../model/modelSpec';
import type { Outline } from '../outline';
import { lines } from '../sourceLines';

/** tfjs's own hardSigmoid is Keras 2's, another function. */
const GATE: Readonly<Record<Gate, (x: string) => string>> = {
  sigmoid: (x) => `tf.sigmoid(${x})`,
  'hard-sigmoid': (x) => `tf.div(tf.relu6(tf.add(${x}, 3)), 6)`,
  tanh: (x) => `tf.tanh(${x})`,
  relu: (x) => `tf.relu(${x})`,
};

/** The layer of an SE block, which takes its hidden units and finds its channels; keeps [N, H, W, C]. */
export function tfjsSqueezeExcite(
  { squeeze, gate, bias }: NonNullable<Outline['se']>,
  typed: boolean,
): string {
  const type = (annotation: string): string => (typed ? annotation : '');
  const override = type('override ');
  const shape = 'tf.Shape | tf.Shape[]';
  const withBias = (product: string, name: string): string =>
    bias ? `tf.add(${product}, this.${name}.read())` : product;
  const field = (name: string): string => `  private ${name}!: tf.LayerVariable;`;
  return lines(
    '/** Squeeze-and-excitation (Hu et al., section 3): scales each channel by a gate that all decide. */',
    'export class SqueezeExcite extends tf.layers.Layer {',
    `  static className = 'SqueezeExcite';`,
    typed && '  private readonly hidden: number;',
    typed && field('w1'),
    typed && bias && field('b1'),
    typed && field('w2'),
    typed && bias && field('b2'),
    '',
    `  constructor(config${type(': { hidden: number; name?: string }')}) {`,
    '    super(config);',
    '    this.hidden = config.hidden;',
    '  }',
    '',
    `  ${override}build(inputShape${type(`: ${shape}`)})${type(': void')} {`,
    `    const channels = inputShape[inputShape.length - 1]${type(' as number')};`,
    '    const { zeros, glorotUniform } = tf.initializers;'.replace('zeros, ', bias ? 'zeros, ' : ''),
    `    this.w1 = this.addWeight('w1', [channels, this.hidden], 'float32', heNormal(channels));`,
    bias && `    this.b1 = this.addWeight('b1', [this.hidden], 'float32', zeros());`,
    `    this.w2 = this.addWeight('w2', [this.hidden, channels], 'float32', glorotUniform({}));`,
    bias && `    this.b2 = this.addWeight('b2', [channels], 'float32', zeros());`,
    '    super.build(inputShape);',
    '  }',
    '',
    `  ${override}computeOutputShape(inputShape${type(`: ${shape}`)})${type(`: ${shape}`)} {`,
    '    return inputShape;',
    '  }',
    '',
    `  ${override}call(inputs${type(': tf.Tensor | tf.Tensor[]')})${type(': tf.Tensor')} {`,
    '    return tf.tidy(() => {',
    `      const x = Array.isArray(inputs) ? inputs[0]${type('!')} : inputs;`,
    `      const z = tf.${squeeze === 'avg' ? 'mean' : 'max'}(x, [1, 2]); // squeeze: [N, H, W, C] -> [N, C]`,
    `      const y = tf.relu(${withBias('tf.matMul(z, this.w1.read())', 'b1')});`,
    `      const scores = ${withBias('tf.matMul(y, this.w2.read())', 'b2')}; // excitation: C -> hidden -> C`,
    `      const gates = ${GATE[gate]('scores')};`,
    `      return tf.mul(x, tf.reshape(gates, [-1, 1, 1, gates.shape[1]${type('!')}]));`,
    '    });',
    '  }',
    '',
    `  ${override}getConfig()${type(': tf.serialization.ConfigDict')} {`,
    '    return { ...super.getConfig(), hidden: this.hidden };',
    '  }',
    '}',
    'tf.serialization.registerClass(SqueezeExcite);',
  );
}
