/** Zeros (or what else is padded) at the four sides of an image. */
export interface Padding {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

interface Window {
  kernel: number;
  stride: number;
}

/**
 * What the Graph's padding 'same' adds to an image of [height, width], by TensorFlow's rule: just enough for ceil(size / stride) outputs,
 * the odd one at the far end. With stride 2 that is one-sided for even sizes, which frameworks with one number for both ends cannot say.
 */
export function samePadding(height: number, width: number, window: Window): Padding {
  const [top, bottom] = alongAxis(height, window);
  const [left, right] = alongAxis(width, window);
  return { left, right, top, bottom };
}

/** The one number for all four sides; undefined where they differ. */
export function symmetricPadding({ left, right, top, bottom }: Padding): number | undefined {
  return left === right && left === top && left === bottom ? left : undefined;
}

function alongAxis(size: number, { kernel, stride }: Window): [number, number] {
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + kernel - size, 0);
  const before = Math.floor(total / 2);
  return [before, total - before];
}
