/** Residual networks in TensorFlow.js: functions in loops, options in objects, classes, tables. The test builds them for real. */
import * as tf from '@tensorflow/tfjs';

type Tensor = tf.SymbolicTensor;

interface UnitOptions {
  filters: number;
  stride?: number;
  project?: boolean;
}

const WIDTHS = { small: [8, 16], large: [16, 32, 64] } as const;

function conv(x: Tensor, filters: number, kernelSize = 3, strides = 1): Tensor {
  return tf.layers
    .conv2d({ filters, kernelSize, strides, padding: 'same', useBias: false })
    .apply(x) as Tensor;
}

export function residualUnit(x: Tensor, { filters, stride = 1, project = false }: UnitOptions): Tensor {
  let y = conv(x, filters, 3, stride);
  y = tf.layers.reLU().apply(tf.layers.batchNormalization().apply(y)) as Tensor;
  y = conv(y, filters);
  const shortcut = project ? conv(x, filters, 1, stride) : x;
  return tf.layers.add().apply([y, shortcut]) as Tensor;
}

const bottleneck = (x: Tensor, width: number, stride: number, expansion = 4): Tensor => {
  const filters = width * expansion;
  const channels = x.shape[3];
  let y = conv(x, width, 1);
  y = conv(y, width, 3, stride);
  y = conv(y, filters, 1);
  const shortcut = channels !== filters || stride > 1 ? conv(x, filters, 1, stride) : x;
  return tf.layers.add({ name: `add_${width}_${stride}_${Math.random()}` }).apply([y, shortcut]) as Tensor;
};

class PreactUnit {
  static readonly growth = 2;
  private readonly kernel = 3;

  constructor(
    private readonly filters: number,
    readonly stride: number = 1,
  ) {}

  get wide(): number {
    return this.filters * PreactUnit.growth;
  }

  apply(x: Tensor): Tensor {
    const y = conv(conv(x, this.filters, this.kernel, this.stride), this.wide, this.kernel);
    return tf.layers.add().apply([y, conv(x, this.wide, 1, this.stride)]) as Tensor;
  }
}

function head(x: Tensor, classes: number): Tensor {
  const pooled = tf.layers.globalAveragePooling2d({}).apply(x);
  return tf.layers.dense({ units: classes }).apply(pooled) as Tensor;
}

export function cifarResnet(depth = 20, size: keyof typeof WIDTHS = 'large'): tf.LayersModel {
  if ((depth - 2) % 6 !== 0) throw new Error(`depth ${depth} is not 6n + 2`);
  const n = Math.floor((depth - 2) / 6);
  const input = tf.input({ shape: [32, 32, 3] });
  let x = conv(input, WIDTHS[size][0]);
  for (const [stage, filters] of WIDTHS[size].entries()) {
    for (let block = 0; block < n; block++) {
      const isFirst = stage > 0 && block === 0;
      x = residualUnit(x, { filters, stride: isFirst ? 2 : 1, project: isFirst });
    }
  }
  return tf.model({ inputs: input, outputs: head(x, 10) });
}

export const tableNet = (classes = 10) => {
  const table = [
    { width: 4, blocks: 1, stride: 1 },
    { width: 8, blocks: 2, stride: 2 },
  ];
  const input = tf.input({ shape: [16, 16, 3] });
  let x = conv(input, 4);
  table.forEach(({ width, blocks, stride }) => {
    x = bottleneck(x, width, stride);
    let left = blocks - 1;
    while (left-- > 0) x = bottleneck(x, width, 1);
  });
  return tf.model({ inputs: input, outputs: head(x, classes) });
};

export function reducedNet(): tf.LayersModel {
  const input = tf.input({ shape: [16, 16, 3] });
  const plans = Array.from({ length: 3 }, (_, index) => ({ filters: 4 << index, project: true }));
  const features = [...plans, { filters: 16 }].reduce<Tensor>(
    (x, plan) => residualUnit(x, { stride: 1, ...plan }),
    input,
  );
  return tf.model({ inputs: input, outputs: head(features, 2) });
}

export function classNet(kind: string = 'b'): tf.LayersModel {
  let widths: number[];
  switch (kind) {
    case 'a':
      widths = [2];
      break;
    case 'b':
    case 'c':
      widths = [4, 8];
      break;
    default:
      throw new Error(kind);
  }
  const input = tf.input({ shape: [8, 8, 3] });
  let x: Tensor = input;
  for (const width of widths) {
    x = new PreactUnit(width, 2).apply(x);
    x = new PreactUnit(width).apply(x);
  }
  return tf.model({ inputs: input, outputs: head(x, 2) });
}
