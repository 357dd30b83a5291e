/**
 * A trained model as a TensorFlow.js LayersModel: what `tf.loadLayersModel` reads without any code of ours, because every layer is a stock one.
 *
 * The Graph's "same" padding is TensorFlow's own rule, and its layouts are TensorFlow's, so weights go over as they are, with one exception: see
 * `squeezeExcite`.
 */
import type { Graph, GraphNode, NodeOf, ParamInfo } from '../model/graph';
import type { Gate } from '../model/modelSpec';
import { weightOf, type GraphWeights } from './graphWeights';
import { encodeJson } from './jsonBytes';
import { FLOAT_BYTES, totalValues, writeFloats, type NamedTensor } from './namedTensor';
import { describeOrigin, type WeightsOrigin } from './weightsOrigin';

export interface TfjsModel {
  /** The file that `tf.loadLayersModel` is given. */
  modelJson: Uint8Array;
  /** Goes beside it, under the name it was made with. */
  weights: Uint8Array<ArrayBuffer>;
}

/** A layer as tfjs stores it; `inputs` are names of layers. */
interface Layer {
  className: string;
  name: string;
  config: Record<string, unknown>;
  inputs: readonly string[];
  weights: readonly NamedTensor[];
}

/** All weights are loaded, so drawing initial values would be for nothing. */
const NO_DRAW = { kernel_initializer: { class_name: 'Zeros', config: {} } };

const ACTIVATION: Readonly<Record<Gate, string>> = {
  sigmoid: 'sigmoid',
  'hard-sigmoid': 'hard_sigmoid',
  tanh: 'tanh',
  relu: 'relu',
};

/** Makes both files; `weightsFile` is the name of the second, which the first refers to. */
export function tfjsModel(
  graph: Graph,
  weights: GraphWeights,
  origin: WeightsOrigin,
  weightsFile: string,
): TfjsModel {
  const layers = graph.nodes.flatMap((node) => layersOf(node, weights));
  const tensors = layers.flatMap((layer) => layer.weights);
  const file = new Uint8Array(totalValues(tensors) * FLOAT_BYTES);
  writeFloats(file, 0, tensors);
  const last = layers.at(-1);
  if (!last) throw new RangeError(`Graph ${graph.name} is empty`);
  const modelJson = {
    format: 'layers-model',
    generatedBy: 'SE Playground',
    convertedBy: null,
    modelTopology: {
      class_name: 'Model',
      config: {
        name: graph.name,
        layers: layers.map(storedLayer),
        input_layers: [['input', 0, 0]],
        output_layers: [[last.name, 0, 0]],
      },
    },
    weightsManifest: [
      {
        paths: [weightsFile],
        weights: tensors.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })),
      },
    ],
    userDefinedMetadata: describeOrigin(origin),
  };
  return { modelJson: encodeJson(modelJson), weights: file };
}

function storedLayer({ className, name, config, inputs }: Layer) {
  return {
    class_name: className,
    name,
    config: { name, ...config },
    inbound_nodes: inputs.length === 0 ? [] : [inputs.map((input) => [input, 0, 0, {}])],
  };
}

/** The layers of a node; the last one has its id for a name. */
function layersOf(node: GraphNode, weights: GraphWeights): Layer[] {
  const { id, attributes, inputs, outputShape } = node;
  const plain = (className: string, config: Record<string, unknown> = {}): Layer[] => [
    { className, name: id, config, inputs, weights: tensorsOf(id, node.params, weights) },
  ];
  switch (attributes.op) {
    case 'input':
      return plain('InputLayer', { batch_input_shape: [null, ...outputShape], dtype: 'float32' });
    case 'conv2d': {
      const { filters, kernel, kernelWidth, stride, padding, bias } = attributes;
      const window = { kernel_size: [kernel, kernelWidth], strides: [stride, stride], padding };
      return plain('Conv2D', { filters, ...window, use_bias: bias, ...NO_DRAW });
    }
    case 'batchNorm': {
      const { epsilon, momentum } = attributes;
      return plain('BatchNormalization', { axis: -1, epsilon, momentum });
    }
    case 'relu':
      return plain('Activation', { activation: 'relu' });
    case 'maxPool': {
      const { kernel, stride, padding } = attributes;
      return plain('MaxPooling2D', { pool_size: [kernel, kernel], strides: [stride, stride], padding });
    }
    case 'squeezeExcite':
      return squeezeExcite(node as NodeOf<'squeezeExcite'>, weights);
    case 'add':
      return plain('Add');
    case 'globalAveragePool':
      return plain('GlobalAveragePooling2D');
    case 'dense':
      return plain('Dense', { units: attributes.units, use_bias: attributes.bias, ...NO_DRAW });
    default:
      // Weights are there of what has been trained, and that has none of these.
      throw new RangeError(`${id}: ${attributes.op} is not written as a stock layer`);
  }
}

/**
 * Squeeze, two dense layers, and a multiplication that broadcasts the gates [N, 1, 1, C] over the image.
 *
 * The hard sigmoid of the Graph is relu6(s + 3) / 6 = clip(s / 6 + 0.5), that of TensorFlow.js clip(0.2 s + 0.5): with W2 and b2 times 5 / 6 the
 * second gives what the first gave before.
 */
function squeezeExcite(
  { id, attributes, inputs, outputShape, params }: NodeOf<'squeezeExcite'>,
  weights: GraphWeights,
): Layer[] {
  const { hidden, squeeze, gate, bias } = attributes;
  const channels = outputShape.at(-1)!;
  const [squeezed, fc1, fc2, gates] = [`${id}.squeeze`, `${id}.fc1`, `${id}.fc2`, `${id}.gates`] as const;
  const ofRoles = (...roles: ParamInfo['role'][]) => params.filter(({ role }) => roles.includes(role));
  const scale = gate === 'hard-sigmoid' ? 5 / 6 : 1;
  const dense = (
    name: string,
    input: string,
    units: number,
    activation: string,
    own: ParamInfo[],
  ): Layer => ({
    className: 'Dense',
    name,
    config: { units, activation, use_bias: bias, ...NO_DRAW },
    inputs: [input],
    weights: tensorsOf(name, own, weights, name === fc2 ? scale : 1),
  });
  const pool = squeeze === 'avg' ? 'GlobalAveragePooling2D' : 'GlobalMaxPooling2D';
  return [
    { className: pool, name: squeezed, config: {}, inputs, weights: [] },
    dense(fc1, squeezed, hidden, 'relu', ofRoles('w1', 'b1')),
    dense(fc2, fc1, channels, ACTIVATION[gate], ofRoles('w2', 'b2')),
    {
      className: 'Reshape',
      name: gates,
      config: { target_shape: [1, 1, channels] },
      inputs: [fc2],
      weights: [],
    },
    { className: 'Multiply', name: id, config: {}, inputs: [...inputs, gates], weights: [] },
  ];
}

const WEIGHT_NAME: Readonly<Record<ParamInfo['role'], string>> = {
  weight: 'kernel',
  bias: 'bias',
  gamma: 'gamma',
  beta: 'beta',
  movingMean: 'moving_mean',
  movingVariance: 'moving_variance',
  w1: 'kernel',
  b1: 'bias',
  w2: 'kernel',
  b2: 'bias',
};

function tensorsOf(
  layer: string,
  params: readonly ParamInfo[],
  weights: GraphWeights,
  scale = 1,
): NamedTensor[] {
  return params.map((info) => {
    const values = weightOf(weights, info);
    const scaled = scale === 1 ? values : values.map((value) => value * scale);
    return { name: `${layer}/${WEIGHT_NAME[info.role]}`, shape: info.shape, values: scaled };
  });
}
