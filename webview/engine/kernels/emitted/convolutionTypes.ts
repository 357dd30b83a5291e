/** Addresses in the backend's memory, and how many images lie there. */
export type ConvolutionKernel = (
  source: number,
  weightsOrGradient: number,
  result: number,
  scratch: number,
  images: number,
) => void;

/** The three kernels of one convolution shape, compiled. */
export interface ConvolutionModule {
  /** Images, packed weights -> outputs. */
  forward: ConvolutionKernel;
  /** Output gradients, packed weights -> input gradients. */
  inputGradient: ConvolutionKernel;
  /** Images, output gradients -> adds to the sums, which must start at zero. */
  filterGradient: ConvolutionKernel;
  /** Floats of packed weights for `forward`, and for `inputGradient`. */
  forwardWeights: number;
  gradientWeights: number;
  /** Addresses: [kh, kw, I, O] -> packed. */
  packForward(filter: number, packed: number): void;
  packGradient(filter: number, packed: number): void;
  /** Floats of sums, and what makes the filter gradient [kh, kw, I, O] of them; addresses. */
  filterSums: number;
  finishFilterGradient(sums: number, gradient: number): void;
  /** Floats of scratch, zero at first, for `forward` and `filterGradient`, and for `inputGradient`. */
  inputScratch: number;
  gradientScratch: number;
  /** Images that the kernels like to work on at once. */
  imagesPerGroup: number;
}
