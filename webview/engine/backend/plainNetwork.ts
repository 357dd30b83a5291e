/** Shapes of what the network is made of. The last two weight its outputs for the loss, so that their sum has a gradient worth checking. */
export const SHAPES = {
  x: [2, 4, 4, 3],
  filter: [3, 3, 3, 4],
  gamma: [4],
  beta: [4],
  w1: [4, 2],
  w2: [2, 4],
  strided: [3, 3, 4, 2],
  weights: [2, 2, 2, 2],
  poolWeights: [2, 2, 2, 4],
} as const;
export type OracleName = keyof typeof SHAPES;
export type OracleValues = Readonly<Record<OracleName, Float64Array>>;

export const EPSILON = 1e-3;

interface Images {
  data: Float64Array;
  /** [N, size, size, channels] */
  size: number;
  channels: number;
}

/** Convolution, batch normalisation, squeeze-and-excitation; of that a convolution of stride 2 and a max pool of stride 2; their weighted sum. */
export function plainLoss(values: OracleValues): number {
  const convolved = convolve({ data: values.x, size: 4, channels: 3 }, values.filter, 4, 1);
  const scaled = excite(normalise(convolved, values), values);
  const { data } = convolve(scaled, values.strided, 2, 2);
  return product(data, values.weights) + product(maxima(scaled).data, values.poolWeights);
}

function product(data: Float64Array, weights: Float64Array): number {
  return data.reduce((sum, value, at) => sum + value * weights[at]!, 0);
}

/** 3x3, stride 2, "same" padding of an even size: windows reach beyond the last pixel only. */
function maxima({ data, size, channels }: Images): Images {
  const outSize = size / 2;
  const images = data.length / (size * size * channels);
  const out = new Float64Array(images * outSize * outSize * channels).fill(-Infinity);
  data.forEach((value, at) => {
    const c = at % channels;
    const column = Math.floor(at / channels) % size;
    const row = Math.floor(at / (channels * size)) % size;
    const image = Math.floor(at / (channels * size * size));
    for (const y of windowsOver(row)) {
      for (const x of windowsOver(column)) {
        const to = ((image * outSize + y) * outSize + x) * channels + c;
        out[to] = Math.max(out[to]!, value);
      }
    }
  });
  return { data: out, size: outSize, channels };
}

/** A pixel 2q + 2 is the last of window q and the first of q + 1. */
function windowsOver(position: number): number[] {
  const own = Math.floor(position / 2);
  return position % 2 === 0 && position > 0 ? [own - 1, own] : [own];
}

/** 3x3, "same" padding: with stride 2 and an even size, none before the first pixel and one after the last. */
function convolve(
  { data, size, channels }: Images,
  filter: Float64Array,
  filters: number,
  stride: 1 | 2,
): Images {
  const outSize = size / stride;
  const before = stride === 1 ? 1 : 0;
  const images = data.length / (size * size * channels);
  const out = new Float64Array(images * outSize * outSize * filters);
  out.forEach((_, at) => {
    const filterAt = at % filters;
    const column = Math.floor(at / filters) % outSize;
    const row = Math.floor(at / (filters * outSize)) % outSize;
    const image = Math.floor(at / (filters * outSize * outSize));
    for (let r = 0; r < 3; r++) {
      for (let s = 0; s < 3; s++) {
        const [y, x] = [row * stride + r - before, column * stride + s - before];
        if (y < 0 || y >= size || x < 0 || x >= size) continue;
        for (let c = 0; c < channels; c++) {
          out[at]! +=
            data[((image * size + y) * size + x) * channels + c]! *
            filter[((r * 3 + s) * channels + c) * filters + filterAt]!;
        }
      }
    }
  });
  return { data: out, size: outSize, channels: filters };
}

function normalise({ data, size, channels }: Images, { gamma, beta }: OracleValues): Images {
  const count = data.length / channels;
  const sumOf = (term: (value: number, channel: number) => number) => {
    const sums = new Float64Array(channels);
    data.forEach((value, at) => (sums[at % channels]! += term(value, at % channels)));
    return sums;
  };
  const means = sumOf((value) => value / count);
  const variances = sumOf((value, c) => (value - means[c]!) ** 2 / count);
  const normal = data.map((value, at) => {
    const c = at % channels;
    return (gamma[c]! * (value - means[c]!)) / Math.sqrt(variances[c]! + EPSILON) + beta[c]!;
  });
  return { data: normal, size, channels };
}

/** Squeeze by the mean, two layers without biases, sigmoid. */
function excite({ data, size, channels }: Images, { w1, w2 }: OracleValues): Images {
  const pixels = size * size;
  const units = w1.length / channels;
  const scaled = data.slice();
  for (let start = 0; start < data.length; start += pixels * channels) {
    const hidden = new Float64Array(units);
    for (let at = 0; at < pixels * channels; at++) {
      for (let unit = 0; unit < units; unit++) {
        hidden[unit]! += (data[start + at]! / pixels) * w1[(at % channels) * units + unit]!;
      }
    }
    for (let at = 0; at < pixels * channels; at++) {
      const score = hidden.reduce(
        (sum, value, unit) => sum + Math.max(0, value) * w2[unit * channels + (at % channels)]!,
        0,
      );
      scaled[start + at]! /= 1 + Math.exp(-score);
    }
  }
  return { data: scaled, size, channels };
}
