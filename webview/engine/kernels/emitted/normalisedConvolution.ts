import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { ChainLink } from '../chainTypes';
import { channelPasses, Coefficients, type ChannelPasses } from './channelPasses';
import { FLOAT } from './convGeometry';
import { prepareConvolution, type PreparedConvolution } from './convolutionKernels';
import { HeapFloats, type WasmMemory } from './wasmMemory';

/** What follows the normalisation in the passes over its images. */
export interface PassFinish {
  relu: boolean;
  residual: boolean;
}

/**
 * A convolution and its batch normalisation during one run of a kernel: memory, sums and coefficients. `z` is the convolution's output,
 * xc = z - mean. All addresses are of one image. Memory is taken by the constructor and the `prepare` methods only.
 */
export class NormalisedConvolution {
  readonly convolution: PreparedConvolution;
  readonly heap: WasmMemory;
  readonly images: number;
  readonly channels: number;
  readonly pixels: number;
  readonly imageBytes: number;
  readonly inputImageBytes: number;
  readonly passes: ChannelPasses;
  readonly coefficients: Coefficients;
  /** Two sums a channel of every image, [N, 2, C]; what they are of depends on the pass that made them. */
  readonly sums: HeapFloats;
  /** Batch norm's: gamma / sqrt(variance + epsilon), and beta. */
  scale = new Float32Array();
  offset = new Float32Array();
  /** 1 / sqrt(variance + epsilon). */
  private inverse = new Float64Array();
  private weights = 0;
  private scratch = 0;
  private backScratch = 0;
  private filterSums = 0;
  private readonly shift: Float64Array;

  /**
   * @param key tells it from the others of its kernel
   * @param inputShape [N, H, W, I]
   * @param gated whether gates multiply its scale and offset, image by image
   */
  constructor(
    backend: unknown,
    private readonly key: string,
    inputShape: readonly number[],
    private readonly filter: TensorInfo,
    private readonly gamma: TensorInfo,
    private readonly beta: TensorInfo,
    private readonly link: ChainLink,
    finish: PassFinish,
    gated: boolean,
  ) {
    this.convolution = prepareConvolution(backend, inputShape, filter.shape, { ...link });
    const { heap, info } = this.convolution;
    this.heap = heap;
    this.images = info.batchSize;
    this.channels = info.outChannels;
    this.pixels = info.outHeight * info.outWidth;
    this.imageBytes = this.pixels * this.channels * FLOAT;
    this.inputImageBytes = info.inHeight * info.inWidth * info.inChannels * FLOAT;
    this.passes = channelPasses(heap, { pixels: this.pixels, channels: this.channels, ...finish });
    this.coefficients = new Coefficients(heap, key, this.channels, gated ? this.images : 1);
    this.sums = new HeapFloats(heap, `image sums ${key}`, this.images * 2 * this.channels);
    this.shift = new Float64Array(this.channels);
  }

  get outputShape(): [number, number, number, number] {
    return this.convolution.info.outShape;
  }

  /** Images that the convolution likes to work on at once. */
  get groupImages(): number {
    return this.convolution.module.imagesPerGroup;
  }

  prepareForward(): void {
    this.weights = this.convolution.packForward(this.filter, this.key);
    this.scratch = this.convolution.inputScratch();
  }

  prepareGradient(withInput: boolean): void {
    if (withInput) {
      this.weights = this.convolution.packGradient(this.filter, this.key);
      this.backScratch = this.convolution.gradientScratch();
    }
    this.scratch = this.convolution.inputScratch();
    this.filterSums = this.convolution.zeroSums(this.key);
  }

  convolve(x: number, z: number, images: number): void {
    this.convolution.module.forward(x, this.weights, z, this.scratch, images);
  }

  /** dz -> dx. */
  inputGradient(dz: number, dx: number, images: number): void {
    this.convolution.module.inputGradient(dz, this.weights, dx, this.backScratch, images);
  }

  /** Adds to the filter's gradient. */
  filterGradient(x: number, dz: number, images: number): void {
    this.convolution.module.filterGradient(x, dz, this.filterSums, this.scratch, images);
  }

  /** A new tensor of the filter's gradient. */
  finishFilterGradient(): TensorInfo {
    return this.convolution.finishFilterGradient(this.filterSums);
  }

  /** Sums of xc and xc^2 of an image, from near the mean: that of the first image, so that E[x^2] - E[x]^2 loses no digits worth having. */
  statistics(image: number, z: number): void {
    const { passes, coefficients, sums, shift, pixels } = this;
    if (image === 0) {
      coefficients.set('mean', shift.fill(0));
      passes.statistics(z, coefficients.of(0), sums.address);
      for (let c = 0; c < shift.length; c++) shift[c] = Math.fround(sums.values[c]! / pixels);
      coefficients.set('mean', shift);
    }
    passes.statistics(z, coefficients.of(0), this.sumsOf(image));
  }

  /** Sums of xc and xc^2 of an image, where the mean is known. */
  sumsOfCentred(image: number, z: number): void {
    this.passes.statistics(z, this.coefficients.of(image), this.sumsOf(image));
  }

  /** The batch's mean and (biased) variance from these sums; sets the coefficients. */
  finishStatistics(mean: TensorInfo, variance: TensorInfo): void {
    const { channels, shift } = this;
    const [means, variances, sums] = [this.heap.floats(mean), this.heap.floats(variance), this.sums.values];
    const count = this.images * this.pixels;
    for (let c = 0; c < channels; c++) {
      let [first, second] = [0, 0];
      for (let at = c; at < sums.length; at += 2 * channels) {
        first += sums[at]!;
        second += sums[at + channels]!;
      }
      const centre = first / count;
      means[c] = shift[c]! + centre;
      variances[c] = Math.max(0, second / count - centre * centre);
    }
    this.normalise(mean, variance);
  }

  /** Coefficients of the normalisation with those statistics. */
  normalise(mean: TensorInfo, variance: TensorInfo): void {
    const { heap, coefficients, link } = this;
    const [means, variances] = [heap.floats(mean), heap.floats(variance)];
    this.inverse = Float64Array.from(variances, (variance) => 1 / Math.sqrt(variance + link.epsilon));
    this.scale = heap.floats(this.gamma).map((gamma, c) => gamma * this.inverse[c]!);
    this.offset = heap.floats(this.beta).slice();
    coefficients.set('mean', means);
    coefficients.set('scale', this.scale);
    coefficients.set('offset', this.offset);
  }

  /** Means of each image's xc [N, C], after `statistics`; `mean` is what the sums are to be taken from. */
  imageMeans(mean: TensorInfo): Float32Array {
    const { channels, pixels, shift } = this;
    const [means, sums] = [this.heap.floats(mean), this.sums.values];
    return new Float32Array(this.images * channels).map((_, at) => {
      const c = at % channels;
      return sums[2 * at - c]! / pixels + (shift[c]! - means[c]!);
    });
  }

  /** y = act(scale xc + offset (+ residual)). */
  apply(image: number, z: number, residual: number, y: number): void {
    this.passes.apply(z, residual, this.coefficients.of(image), y);
  }

  /** Multiplies scale and offset of the images from `start` by their gates [n, C]. */
  gate(gates: Float32Array, start = 0): void {
    this.coefficients.setOfImages('scale', start, this.scale, gates);
    this.coefficients.setOfImages('offset', start, this.offset, gates);
  }

  /** Sums of g and g xc of an image; see emitGradientSums for y and g. */
  gradientSums(image: number, dy: number, y: number, z: number, g: number): void {
    this.passes.gradientSums(dy, y, z, this.coefficients.of(image), this.sumsOf(image), g);
  }

  /** Gradients of the gates [N, C], which multiply scale xc + offset, from these sums. */
  gateGradients(): Float32Array {
    const { channels, scale, offset } = this;
    const sums = this.sums.values;
    return new Float32Array(this.images * channels).map((_, at) => {
      const c = at % channels;
      const pair = 2 * at - c;
      return offset[c]! * sums[pair]! + scale[c]! * sums[pair + channels]!;
    });
  }

  /**
   * Gradients of gamma and beta from the sums, and the coefficients of `gradientApply`.
   *
   * @param excitation the gates [N, C], the gradients of the squeezed channels and the images' means of xc, all [N, C]
   */
  finishGradientSums(
    dgamma: TensorInfo,
    dbeta: TensorInfo,
    excitation?: { gates: Float32Array; squeezed: Float32Array; imageMeans: Float32Array },
  ): void {
    const { channels, coefficients, scale } = this;
    const [sums, gammas] = [this.sums.values, this.heap.floats(this.gamma)];
    const [first, second] = [new Float64Array(channels), new Float64Array(channels)];
    for (let image = 0; image < this.images; image++) {
      for (let c = 0; c < channels; c++) {
        const [at, pair] = [image * channels + c, image * 2 * channels + c];
        if (excitation) {
          const { gates, squeezed, imageMeans } = excitation;
          first[c]! += gates[at]! * sums[pair]! + squeezed[at]!;
          second[c]! += gates[at]! * sums[pair + channels]! + squeezed[at]! * imageMeans[at]!;
        } else {
          first[c]! += sums[pair]!;
          second[c]! += sums[pair + channels]!;
        }
      }
    }
    const { inverse } = this;
    const count = this.images * this.pixels;
    this.heap.floats(dgamma).set(second.map((sum, c) => sum * inverse[c]!));
    this.heap.floats(dbeta).set(first);
    const constant = first.map((sum, c) => (-scale[c]! * sum) / count);
    coefficients.set(
      'curve',
      second.map((sum, c) => (-gammas[c]! * inverse[c]! ** 3 * sum) / count),
    );
    if (excitation) {
      const { gates, squeezed } = excitation;
      const spread = squeezed.map((value, at) => (scale[at % channels]! * value) / this.pixels);
      coefficients.setOfImages('slope', 0, scale, gates);
      coefficients.setOfImages('constant', 0, new Float64Array(channels), gates, constant, spread);
    } else {
      coefficients.set('slope', scale);
      coefficients.set('constant', constant);
    }
  }

  /** g (or dy; see emitGradientApply) -> dz. */
  gradientApply(image: number, g: number, z: number, dz: number): void {
    this.passes.gradientApply(g, z, this.coefficients.of(image), dz);
  }

  private sumsOf(image: number): number {
    return this.sums.address + image * 2 * this.channels * FLOAT;
  }
}
