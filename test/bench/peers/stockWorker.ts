/**
 * The peer that needs no installing: TensorFlow.js as it is published, a tf.layers model and `trainOnBatch`, in a worker. None of our
 * kernels are in this bundle. It is spared weight decay, decoding and augmentation.
 */
import * as tf from '@tensorflow/tfjs';
import type { Graph, GraphNode } from '../../../src/core/model/graph';

type Symbolic = tf.SymbolicTensor;

let model: tf.LayersModel | undefined;
let batchTensors: { images: tf.Tensor; labels: tf.Tensor } | undefined;

const bench = {
  /** Gives WebGL's name for what draws. */
  async start(): Promise<string> {
    // Stock refuses software rendering unless told.
    tf.env().set('SOFTWARE_WEBGL_ENABLED', true);
    if (!(await tf.setBackend('webgl'))) throw new Error('TensorFlow.js could not start WebGL.');
    const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
    const info = gl?.getExtension('WEBGL_debug_renderer_info');
    return String(gl?.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  },

  /** Takes the place of the model before. */
  open(graph: Graph, batch: number): void {
    model?.dispose();
    if (batchTensors) tf.dispose(batchTensors);
    model = layersModel(graph);
    model.compile({ optimizer: tf.train.momentum(0.01, 0.9), loss: 'categoricalCrossentropy' });
    const classOf = Array.from({ length: batch }, (_, index) => index % graph.classes);
    batchTensors = {
      images: tf.randomNormal([batch, ...graph.inputShape]),
      labels: tf.tidy(() => tf.oneHot(tf.tensor1d(classOf, 'int32'), graph.classes).toFloat()),
    };
  },

  /** Gives the milliseconds. */
  async run(steps: number): Promise<number> {
    if (!model || !batchTensors) throw new Error('No model is open.');
    const startMs = performance.now();
    for (let step = 0; step < steps; step++) {
      await model.trainOnBatch(batchTensors.images, batchTensors.labels);
    }
    return performance.now() - startMs;
  },
};

/** The Graph in stock layers. */
function layersModel(graph: Graph): tf.LayersModel {
  const outputs = new Map<string, Symbolic>();
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((id) => outputs.get(id)!);
    outputs.set(node.id, applyNode(node, inputs));
  }
  const [first, last] = [graph.nodes[0]!.id, graph.nodes.at(-1)!.id].map((id) => outputs.get(id)!);
  return tf.model({ inputs: first!, outputs: last! });
}

function applyNode({ attributes, outputShape }: GraphNode, inputs: readonly Symbolic[]): Symbolic {
  const [x] = inputs as [Symbolic];
  switch (attributes.op) {
    case 'input':
      return tf.input({ shape: [...outputShape] });
    case 'conv2d': {
      const { filters, kernel, stride, padding, bias } = attributes;
      const layer = { filters, kernelSize: kernel, strides: stride, padding, useBias: bias };
      return tf.layers.conv2d({ ...layer, kernelInitializer: 'heNormal' }).apply(x) as Symbolic;
    }
    case 'batchNorm':
      return tf.layers.batchNormalization({ ...attributes }).apply(x) as Symbolic;
    case 'relu':
      return tf.layers.reLU().apply(x) as Symbolic;
    case 'maxPool': {
      const { kernel, stride, padding } = attributes;
      return tf.layers.maxPooling2d({ poolSize: kernel, strides: stride, padding }).apply(x) as Symbolic;
    }
    case 'squeezeExcite': {
      // Keras's usual way: pool, two dense layers, product.
      const { hidden, bias } = attributes;
      const channels = outputShape.at(-1)!;
      const squeezed = tf.layers.globalAveragePooling2d({}).apply(x);
      const inner = tf.layers.dense({ units: hidden, useBias: bias, activation: 'relu' }).apply(squeezed);
      const gates = tf.layers.dense({ units: channels, useBias: bias, activation: 'sigmoid' }).apply(inner);
      const perImage = tf.layers.reshape({ targetShape: [1, 1, channels] }).apply(gates);
      return tf.layers.multiply().apply([x, perImage as Symbolic]) as Symbolic;
    }
    case 'add':
      return tf.layers.add().apply([...inputs]) as Symbolic;
    case 'globalAveragePool':
      return tf.layers.globalAveragePooling2d({}).apply(x) as Symbolic;
    case 'dense':
      return tf.layers.dense({ units: attributes.units, activation: 'softmax' }).apply(x) as Symbolic;
    default:
      throw new RangeError(`The peer is not timed on ${attributes.op}`);
  }
}

export type StockBench = typeof bench;
Object.assign(globalThis, { bench });
