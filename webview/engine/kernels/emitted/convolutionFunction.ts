import { FunctionEncoder, type Local } from './wasmEncoder';

/** Source, weights or gradients, result, scratch: addresses; and how many images there are. */
export type ConvolutionParameters = readonly [Local, Local, Local, Local, Local];

/** A function of the form of ConvolutionKernel, still without a body. */
export function convolutionFunction(
  name: string,
  relaxed: boolean,
): { f: FunctionEncoder; parameters: ConvolutionParameters } {
  const f = new FunctionEncoder(name, ['i32', 'i32', 'i32', 'i32', 'i32'], relaxed);
  const parameter = (index: number) => f.parameter(index);
  return { f, parameters: [parameter(0), parameter(1), parameter(2), parameter(3), parameter(4)] };
}

/** Emits `body` for full groups of images and, where the count may leave a rest, for single ones. */
export function inGroups(
  f: FunctionEncoder,
  count: Local,
  imagesPerGroup: number,
  body: (group: number) => void,
): void {
  if (imagesPerGroup > 1) f.whileAtLeast(count, imagesPerGroup, () => body(imagesPerGroup));
  f.whileAtLeast(count, 1, () => body(1));
}
