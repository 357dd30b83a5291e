/**
 * The squeeze-and-excitation block: Hu et al., arXiv 1709.01507 v4, section 3.
 *
 * Options beyond the paper's default: biases in the two FC layers (the authors' models have them, their ablations do not), max squeeze
 * (Table 11), tanh and ReLU gates (Table 12), and the hard sigmoid relu6(x + 3) / 6 of MobileNetV3 (arXiv 1905.02244).
 */
import * as tf from '@tensorflow/tfjs-core';
import { initializers, layers } from '@tensorflow/tfjs-layers';
import type { LayerVariable } from '@tensorflow/tfjs-layers';
import type { Gate, Squeeze } from '../../../src/core/model/modelSpec';
import { composeFinish, type Finish } from '../kernels/batchNorm';
import type { GateClamp } from '../kernels/chainTypes';
import { dense } from '../kernels/dense';
import { globalAveragePool, globalMaxPool } from '../kernels/globalPool';
import { hasKernel } from '../kernels/hasKernel';
import { scaleChannels } from '../kernels/scaleChannels';
import { SQUEEZE_EXCITE, squeezeExcite, type ExcitationWeights } from '../kernels/squeezeExcite';

type LayerArgs = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;
type Shapes = Parameters<layers.Layer['build']>[0];

export interface SqueezeExciteArgs extends LayerArgs {
  /** Units of the bottleneck, C / r in the paper. */
  hidden: number;
  squeeze?: Squeeze;
  gate?: Gate;
  /** Biases in the two FC layers. */
  useBias?: boolean;
}

/** Input and output [N, H, W, C]. Weights, in order: w1 [C, hidden], b1 [hidden], w2 [hidden, C], b2 [C]; without biases w1, w2. */
export class SqueezeExcite extends layers.Layer {
  /** @nocollapse the name under which tfjs saves and loads the layer */
  static readonly className = 'SqueezeExcite';

  readonly hidden: number;
  readonly squeeze: Squeeze;
  readonly gate: Gate;
  readonly useBias: boolean;
  private w1?: LayerVariable;
  private b1?: LayerVariable;
  private w2?: LayerVariable;
  private b2?: LayerVariable;

  constructor(args: SqueezeExciteArgs) {
    super(args);
    if (!Number.isInteger(args.hidden) || args.hidden < 1) {
      throw new RangeError(
        `SqueezeExcite needs a whole number of hidden units from 1 up, not ${args.hidden}`,
      );
    }
    this.hidden = args.hidden;
    this.squeeze = args.squeeze ?? 'avg';
    this.gate = args.gate ?? 'sigmoid';
    this.useBias = args.useBias ?? true;
    this.inputSpec = [{ ndim: 4 }];
  }

  override build(inputShape: Shapes): void {
    const channels = (inputShape as (number | null)[]).at(-1);
    if (inputShape.length !== 4 || typeof channels !== 'number') {
      throw new RangeError(`SqueezeExcite needs [N, H, W, C] with known C, not [${String(inputShape)}]`);
    }
    const { hidden } = this;
    this.w1 = this.addWeight('w1', [channels, hidden], 'float32', initializers.heNormal({}));
    if (this.useBias) this.b1 = this.addWeight('b1', [hidden], 'float32', initializers.zeros());
    this.w2 = this.addWeight('w2', [hidden, channels], 'float32', initializers.glorotUniform({}));
    if (this.useBias) this.b2 = this.addWeight('b2', [channels], 'float32', initializers.zeros());
    this.built = true;
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Parameters<layers.Layer['call']>[1]): tf.Tensor {
    this.invokeCallHook(inputs, kwargs);
    return tf.tidy(
      () => this.applyWithGates((Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor4D).output,
    );
  }

  /**
   * Output and the gates [N, C] that made it, for excitation traces. The layer must be built; the caller tidies.
   *
   * @param after what is done with the scaled images, in the same kernel where the backend has it
   * @param clamp holds gates; the ones that come back are those applied
   */
  applyWithGates(
    x: tf.Tensor4D,
    after: Finish = { relu: false },
    clamp?: GateClamp,
  ): { output: tf.Tensor4D; gates: tf.Tensor2D } {
    if (!this.w1 || !this.w2) throw new Error(`SqueezeExcite ${this.name} is not built yet`);
    if (this.squeeze === 'avg' && hasKernel(SQUEEZE_EXCITE)) {
      const { output, gates } = squeezeExcite(x, this.excitation(), this.gate);
      if (clamp) return scaleBy(x, held(gates, clamp), after);
      return { output: composeFinish(output, after), gates };
    }
    const squeezed = this.squeeze === 'avg' ? globalAveragePool(x) : globalMaxPool(x);
    const hidden = tf.relu(fullyConnected(squeezed, this.w1, this.b1));
    const gates = applyGate(fullyConnected(hidden, this.w2, this.b2), this.gate);
    return scaleBy(x, clamp ? held(gates, clamp) : gates, after);
  }

  private excitation(): ExcitationWeights {
    const read = (weight: LayerVariable | undefined) => weight?.read();
    return {
      w1: read(this.w1) as tf.Tensor2D,
      b1: read(this.b1) as tf.Tensor1D | undefined,
      w2: read(this.w2) as tf.Tensor2D,
      b2: read(this.b2) as tf.Tensor1D | undefined,
    };
  }

  override getConfig(): ReturnType<layers.Layer['getConfig']> {
    const { hidden, squeeze, gate, useBias } = this;
    return { ...super.getConfig(), hidden, squeeze, gate, useBias };
  }
}
tf.serialization.registerClass(SqueezeExcite);

function scaleBy(
  x: tf.Tensor4D,
  gates: tf.Tensor2D,
  after: Finish,
): { output: tf.Tensor4D; gates: tf.Tensor2D } {
  return { output: scaleChannels(x, gates, after), gates };
}

/** Gates [N, C] with those of some channels held. */
function held(gates: tf.Tensor2D, { keep, value }: GateClamp): tf.Tensor2D {
  return tf.add(tf.mul(gates, keep), value);
}

/** [N, in] -> [N, out] */
function fullyConnected(x: tf.Tensor2D, weight: LayerVariable, bias: LayerVariable | undefined): tf.Tensor2D {
  return dense(x, weight.read() as tf.Tensor2D, bias?.read() as tf.Tensor1D | undefined);
}

function applyGate(scores: tf.Tensor2D, gate: Gate): tf.Tensor2D {
  switch (gate) {
    case 'sigmoid':
      return tf.sigmoid(scores);
    case 'hard-sigmoid':
      return tf.div(tf.relu6(tf.add(scores, 3)), 6);
    case 'tanh':
      return tf.tanh(scores);
    case 'relu':
      return tf.relu(scores);
  }
}
