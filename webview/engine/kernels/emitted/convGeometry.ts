/** Sizes of a convolution of NHWC images; pads are in pixels. */
export interface ConvGeometry {
  inHeight: number;
  inWidth: number;
  inChannels: number;
  outHeight: number;
  outWidth: number;
  outChannels: number;
  kernelHeight: number;
  kernelWidth: number;
  strideHeight: number;
  strideWidth: number;
  padTop: number;
  padLeft: number;
}

/** An image surrounded by zeros in scratch memory, [height, width, channels]. */
export interface PaddedImage {
  height: number;
  width: number;
  channels: number;
  top: number;
  left: number;
  /** Rows and columns of the real image that lie inside. */
  rows: number;
  columns: number;
}

export const FLOAT = 4;
export const paddedFloats = (image: PaddedImage) => image.height * image.width * image.channels;
export const rowBytes = (image: PaddedImage) => image.width * image.channels * FLOAT;

/** The input as the forward pass and the filter gradient read it. */
export function paddedInput(g: ConvGeometry): PaddedImage {
  const height = (g.outHeight - 1) * g.strideHeight + g.kernelHeight;
  const width = (g.outWidth - 1) * g.strideWidth + g.kernelWidth;
  return {
    height,
    width,
    channels: g.inChannels,
    top: g.padTop,
    left: g.padLeft,
    rows: Math.min(g.inHeight, height - g.padTop),
    columns: Math.min(g.inWidth, width - g.padLeft),
  };
}

/** Taps of one phase of one axis of the input gradient; see phasesOfAxis. */
export interface AxisPhase {
  /** First input coordinate of the phase; the next ones are `stride` apart. */
  first: number;
  /** How many input coordinates. */
  count: number;
  /** Kernel coordinates in the order in which ascending output gradients meet them. */
  taps: readonly number[];
  /** Output-gradient coordinate (may be negative) that the first tap of the first input coordinate reads. */
  origin: number;
}

/**
 * The input gradient at coordinate t sums dy[q] w[r] over stride q + r = t + pad. Coordinates with the same phase (t + pad) mod stride
 * use the same taps r, and neighbours read neighbouring q: each phase is a small dense convolution.
 */
export function phasesOfAxis(size: number, kernel: number, stride: number, pad: number): AxisPhase[] {
  const phases: AxisPhase[] = [];
  for (let phase = 0; phase < stride; phase++) {
    const first = (((phase - pad) % stride) + stride) % stride;
    if (first >= size) continue;
    const taps: number[] = [];
    for (let r = phase; r < kernel; r += stride) taps.unshift(r);
    const q = (first + pad - phase) / stride;
    phases.push({ first, count: Math.ceil((size - first) / stride), taps, origin: q - (taps.length - 1) });
  }
  return phases;
}

/** The output gradient as the input gradient reads it: as many zeros around as any phase needs. */
export function paddedOutputGradient(g: ConvGeometry): PaddedImage {
  const axis = (size: number, out: number, kernel: number, stride: number, pad: number) => {
    const phases = phasesOfAxis(size, kernel, stride, pad).filter(({ taps }) => taps.length > 0);
    const before = Math.max(0, ...phases.map(({ origin }) => -origin));
    const end = Math.max(out, ...phases.map(({ origin, count, taps }) => origin + count - 1 + taps.length));
    return { before, total: before + end };
  };
  const rows = axis(g.inHeight, g.outHeight, g.kernelHeight, g.strideHeight, g.padTop);
  const columns = axis(g.inWidth, g.outWidth, g.kernelWidth, g.strideWidth, g.padLeft);
  return {
    height: rows.total,
    width: columns.total,
    channels: g.outChannels,
    top: rows.before,
    left: columns.before,
    rows: g.outHeight,
    columns: g.outWidth,
  };
}
