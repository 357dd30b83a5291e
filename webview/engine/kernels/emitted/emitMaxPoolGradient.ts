import { FLOAT } from './convGeometry';
import { FunctionEncoder, type Local } from './wasmEncoder';

/** Sizes of max pooling of NHWC images; pads are in pixels. */
export interface PoolGeometry {
  inHeight: number;
  inWidth: number;
  outHeight: number;
  outWidth: number;
  channels: number;
  kernelHeight: number;
  kernelWidth: number;
  strideHeight: number;
  strideWidth: number;
  padTop: number;
  padLeft: number;
}

/** Neighbouring windows of one axis that lie inside the image to the same extent. */
interface WindowRun {
  /** Position of the first one's output. */
  first: number;
  count: number;
  /** Position of the first one's first pixel that is inside. */
  start: number;
  /** Pixels of each that are inside. */
  pixels: number;
}

function windowRuns(size: number, out: number, kernel: number, stride: number, pad: number): WindowRun[] {
  const runs: (WindowRun & { cut: number })[] = [];
  for (let position = 0; position < out; position++) {
    const origin = position * stride - pad;
    const start = Math.max(0, origin);
    const pixels = Math.min(size, origin + kernel) - start;
    const cut = start - origin;
    const last = runs.at(-1);
    if (last?.cut === cut && last.pixels === pixels) last.count++;
    else runs.push({ first: position, count: 1, start, pixels, cut });
  }
  return runs;
}

/** Addresses that move together: what is read and what is written of one size of image. */
type Addresses = readonly [Local, Local];

/**
 * maxPoolGradient(dy, y, x, dx, images): adds each output's gradient to its maximum in dx, which must be zero before: the first of several in the order
 * of rows and columns. x, dx [N, H, W, C]; y, dy [N, H', W', C].
 */
export function emitMaxPoolGradient(g: PoolGeometry): FunctionEncoder {
  const f = new FunctionEncoder('maxPoolGradient', ['i32', 'i32', 'i32', 'i32', 'i32'], false);
  const [dy, y, x, dx, images] = [0, 1, 2, 3, 4].map((index) => f.parameter(index)) as [
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const pixelBytes = g.channels * FLOAT;
  const [inRow, outRow] = [g.inWidth * pixelBytes, g.outWidth * pixelBytes];
  const pair = (): Addresses => [f.local('i32'), f.local('i32')];
  const place = (to: Addresses, from: Addresses, bytes: number) =>
    to.forEach((address, index) => f.setOffset(address, from[index]!, bytes));
  const advance = (addresses: Addresses, bytes: number) => {
    for (const address of addresses) f.advance(address, bytes);
  };
  const [outputs, inputs]: [Addresses, Addresses] = [
    [dy, y],
    [x, dx],
  ];
  const [rowOut, rowIn, at, window] = [pair(), pair(), pair(), pair()];
  const emitLanes = laneEmitter(f, at, window);
  const rows = windowRuns(g.inHeight, g.outHeight, g.kernelHeight, g.strideHeight, g.padTop);
  const columns = windowRuns(g.inWidth, g.outWidth, g.kernelWidth, g.strideWidth, g.padLeft);

  f.whileCounting(images, () => {
    for (const vertical of rows) {
      for (const horizontal of columns) {
        const offsets = Array.from({ length: vertical.pixels * horizontal.pixels }, (_, index) => {
          const [row, column] = [Math.floor(index / horizontal.pixels), index % horizontal.pixels];
          return row * inRow + column * pixelBytes;
        });
        place(rowOut, outputs, vertical.first * outRow + horizontal.first * pixelBytes);
        place(rowIn, inputs, vertical.start * inRow + horizontal.start * pixelBytes);
        f.repeat(vertical.count, () => {
          place(at, rowOut, 0);
          place(window, rowIn, 0);
          f.repeat(horizontal.count, () => {
            const lanesAndAdvance = (lanes: number) => {
              emitLanes(offsets, lanes);
              advance(at, lanes * FLOAT);
              advance(window, lanes * FLOAT);
            };
            f.repeat(Math.floor(g.channels / 4), () => lanesAndAdvance(4));
            if (g.channels % 4 > 0) lanesAndAdvance(g.channels % 4);
            advance(window, (g.strideWidth - 1) * pixelBytes);
          });
          advance(rowOut, outRow);
          advance(rowIn, g.strideHeight * inRow);
        });
      }
    }
    advance(outputs, g.outHeight * outRow);
    advance(inputs, g.inHeight * inRow);
  });
  return f;
}

/** One window of up to four channels: the gradient is handed to the first equal pixel, and is zero for those after it. */
function laneEmitter(
  f: FunctionEncoder,
  [dy, y]: Addresses,
  [x, dx]: Addresses,
): (offsets: readonly number[], lanes: number) => void {
  const [gradient, maximum, equal, share, total] = Array.from({ length: 5 }, () => f.local('v128')) as [
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  return (offsets, lanes) => {
    f.loadLanes(dy, 0, lanes).set(gradient).loadLanes(y, 0, lanes).set(maximum);
    for (const offset of offsets) {
      f.loadLanes(x, offset, lanes).set(equal).combine(equal, equal, 'eq', maximum);
      f.combine(share, gradient, 'and', equal).combine(gradient, gradient, 'andNot', equal);
      f.loadLanes(dx, offset, lanes).set(total).combine(total, total, 'add', share);
      f.storeLanes(dx, offset, total, lanes);
    }
  };
}
