/** Layers that residual networks do not have, and their gradients, as plain loops in float64. */
import type { Op } from '../../../src/core/model/graph';
import type { Float64Images } from './float64Image';
import { zeroImages } from './float64Image';
import type { Convolution } from './referenceConv2d';
import { referenceConv2d, referenceConv2dGradients } from './referenceConv2d';

/** Operations that this file knows. */
export type OtherOp = Extract<
  Op,
  { op: 'relu6' | 'hardSwish' | 'multiply' | 'averagePool' | 'shuffleChannels' | 'flatten' | 'concat' }
>;

const CURVES = {
  relu6: {
    value: (x: number) => Math.min(Math.max(x, 0), 6),
    slope: (x: number) => (x > 0 && x < 6 ? 1 : 0),
    kinks: [0, 6],
  },
  hardSwish: {
    value: (x: number) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
    slope: (x: number) => (x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6),
    kinks: [-3, 3],
  },
};

/** `nearestKink` is the distance of the closest input to where the slope jumps. */
export function referenceLayer(
  attributes: OtherOp,
  inputs: readonly Float64Images[],
): { output: Float64Images; nearestKink: number } {
  const [x] = inputs as [Float64Images];
  const smooth = (output: Float64Images) => ({ output, nearestKink: Infinity });
  switch (attributes.op) {
    case 'relu6':
    case 'hardSwish': {
      const { value, kinks } = CURVES[attributes.op];
      let nearestKink = Infinity;
      for (const each of x.data) {
        for (const kink of kinks) nearestKink = Math.min(nearestKink, Math.abs(each - kink));
      }
      return { output: { shape: x.shape, data: x.data.map(value) }, nearestKink };
    }
    case 'multiply':
      return smooth({ shape: x.shape, data: x.data.map((value) => value * attributes.factor) });
    case 'averagePool':
      return smooth(divided(referenceConv2d(x, summing(x, attributes)), insideCounts(x, attributes)));
    case 'shuffleChannels':
      return smooth(moved(x, dealt(x.shape[3], attributes.groups)));
    case 'flatten': {
      const [batch, height, width, channels] = x.shape;
      return smooth({ shape: [batch, 1, 1, height * width * channels], data: x.data });
    }
    case 'concat': {
      const channels = inputs.reduce((total, { shape }) => total + shape[3], 0);
      const output = zeroImages([x.shape[0], x.shape[1], x.shape[2], channels]);
      let first = 0;
      for (const input of inputs) {
        const own = input.shape[3];
        input.data.forEach((value, i) => {
          output.data[Math.floor(i / own) * channels + first + (i % own)] = value;
        });
        first += own;
      }
      return smooth(output);
    }
  }
}

/** The gradient of each input. */
export function referenceLayerGradients(
  attributes: OtherOp,
  inputs: readonly Float64Images[],
  dy: Float64Images,
): Float64Images[] {
  const [x] = inputs as [Float64Images];
  switch (attributes.op) {
    case 'relu6':
    case 'hardSwish': {
      const { slope } = CURVES[attributes.op];
      return [{ shape: x.shape, data: dy.data.map((value, i) => value * slope(x.data[i]!)) }];
    }
    case 'multiply':
      return [{ shape: x.shape, data: dy.data.map((value) => value * attributes.factor) }];
    case 'averagePool': {
      const shares = divided(dy, insideCounts(x, attributes));
      return [referenceConv2dGradients(x, summing(x, attributes), shares).dx];
    }
    case 'shuffleChannels': {
      const order = dealt(x.shape[3], attributes.groups);
      const back = order.map((_, channel) => order.indexOf(channel));
      return [moved(dy, back)];
    }
    case 'flatten':
      return [{ shape: x.shape, data: dy.data }];
    case 'concat': {
      const channels = dy.shape[3];
      let first = 0;
      return inputs.map(({ shape, data }) => {
        const from = first;
        const own = shape[3];
        first += own;
        return {
          shape,
          data: data.map((_, i) => dy.data[Math.floor(i / own) * channels + from + (i % own)]!),
        };
      });
    }
  }
}

type Pool = Extract<Op, { op: 'averagePool' }>;

/** The sum of each channel over a window, as a convolution. */
function summing({ shape }: Float64Images, { kernel, stride, padding }: Pool): Convolution {
  const channels = shape[3];
  const weight = new Float64Array(kernel * kernel * channels).fill(1);
  return { weight, kernel, filters: channels, groups: channels, stride, padding };
}

/** How many pixels of the window lie inside the image. */
function insideCounts(x: Float64Images, pool: Pool): Float64Images {
  const ones = { shape: x.shape, data: new Float64Array(x.data.length).fill(1) };
  return referenceConv2d(ones, summing(x, pool));
}

function divided(x: Float64Images, by: Float64Images): Float64Images {
  return { shape: x.shape, data: x.data.map((value, i) => value / by.data[i]!) };
}

/** Where each output channel comes from: the first of every group, then the second of every group. */
function dealt(channels: number, groups: number): number[] {
  const perGroup = channels / groups;
  return Array.from({ length: channels }, (_, to) => (to % groups) * perGroup + Math.floor(to / groups));
}

function moved({ shape, data }: Float64Images, order: readonly number[]): Float64Images {
  const channels = shape[3];
  return { shape, data: data.map((_, i) => data[i - (i % channels) + order[i % channels]!]!) };
}

export function isOtherOp(attributes: Op): attributes is OtherOp {
  return OTHER_OPS.has(attributes.op);
}

const OTHER_OPS: ReadonlySet<Op['op']> = new Set<OtherOp['op']>([
  'relu6',
  'hardSwish',
  'multiply',
  'averagePool',
  'shuffleChannels',
  'flatten',
  'concat',
]);
