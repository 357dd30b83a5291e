/**
 * The unit that residual networks are made of, as one kernel forward and one back: convolution, batch normalisation, squeeze-and-excitation,
 * residual addition, ReLU (what of the last three the unit has). Signatures: ../convUnit.ts.
 *
 * What a unit costs beside its convolution is memory traffic, so each image passes as seldom as can be. The batch's statistics need one pass
 * after the convolution, while the image is in the cache. SE costs no pass of its own: the squeeze of a normalised channel is the normalised
 * mean of the channel, and the gate multiplies batch norm's scale and offset. On the way back the sums of g and g xc of each image give the
 * gates' gradients as well as batch norm's; the gradient of the convolution's output is made in groups of images and used at once.
 */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { ConvUnitAttributes } from '../convUnit';
import { BatchExcitation } from './batchExcitation';
import { channelPasses, Coefficients } from './channelPasses';
import { FLOAT } from './convGeometry';
import { prepareConvolution, type PreparedConvolution } from './convolutionKernels';
import type { WasmMemory } from './wasmMemory';

type Inputs = Record<string, TensorInfo | undefined>;

/** Forward pass with the batch's statistics. */
export const convUnitTraining: KernelFunc = ({ inputs, backend, attrs }) => {
  const attributes = attrs as unknown as ConvUnitAttributes;
  const unit = new Unit(inputs, backend, attributes);
  const { heap, images, channels, pixels } = unit;
  const z = heap.allocate(unit.convolution.info.outShape);
  const y = heap.allocate(unit.convolution.info.outShape);
  const [mean, variance] = [heap.allocate([channels]), heap.allocate([channels])];
  const imageMeans = heap.allocate([images, channels]);
  const se = unit.excitation?.allocate();
  const convolve = unit.convolver(heap.address(z));
  const sumsAddress = heap.scratch('image sums', images * 2 * channels);
  const coefficients = new Coefficients(heap, channels);
  const sums = heap.floatsAt(sumsAddress, images * 2 * channels);

  // Sums are taken from near the mean, that of the first image, so that E[x^2] - E[x]^2 loses no digits worth having.
  const shift = new Float64Array(channels);
  coefficients.set('mean', () => 0);
  convolve((image, address) => {
    const at = sumsAddress + image * 2 * channels * FLOAT;
    if (image === 0) {
      unit.passes.statistics(address, coefficients.address, at);
      for (let c = 0; c < channels; c++) shift[c] = Math.fround(sums[c]! / pixels);
      coefficients.set('mean', (c) => shift[c]!);
    }
    unit.passes.statistics(address, coefficients.address, at);
  });
  const [means, variances] = [heap.floats(mean), heap.floats(variance)];
  const ofImages = heap.floats(imageMeans);
  for (let c = 0; c < channels; c++) {
    let [first, second] = [0, 0];
    for (let at = c; at < sums.length; at += 2 * channels) {
      first += sums[at]!;
      second += sums[at + channels]!;
    }
    const centre = first / (images * pixels);
    means[c] = shift[c]! + centre;
    variances[c] = Math.max(0, second / (images * pixels) - centre * centre);
    for (let image = 0; image < images; image++)
      ofImages[image * channels + c] = sums[image * 2 * channels + c]! / pixels + (shift[c]! - means[c]!);
  }
  unit.normalise(coefficients, means, variances);
  if (se) unit.excitation?.forward(unit.squeezed(ofImages), se);
  unit.applyAll(coefficients, heap.address(z), heap.address(y), se?.gates);
  return [y, z, mean, variance, imageMeans, ...(se ? [se.hidden, se.gates] : [])];
};

/** Forward pass with given statistics. */
export const convUnitInference: KernelFunc = ({ inputs, backend, attrs }) => {
  const unit = new Unit(inputs, backend, attrs as unknown as ConvUnitAttributes);
  const { heap, images, channels, pixels } = unit;
  const { mean, variance } = inputs as { mean: TensorInfo; variance: TensorInfo };
  const y = heap.allocate(unit.convolution.info.outShape);
  const z = heap.scratch('unit inference', unit.imageFloats * images);
  const se = unit.excitation?.allocate();
  const convolve = unit.convolver(z);
  const sumsAddress = heap.scratch('image sums', images * 2 * channels);
  const coefficients = new Coefficients(heap, channels);
  const sums = heap.floatsAt(sumsAddress, images * 2 * channels);
  unit.normalise(coefficients, heap.floats(mean), heap.floats(variance));
  convolve((image, address) => {
    if (se) unit.passes.statistics(address, coefficients.address, sumsAddress + image * 2 * channels * FLOAT);
  });
  if (se) {
    const ofImages = new Float32Array(images * channels);
    for (let at = 0; at < ofImages.length; at++)
      ofImages[at] = sums[at + Math.floor(at / channels) * channels]! / pixels;
    unit.excitation?.forward(unit.squeezed(ofImages), se);
  }
  unit.applyAll(coefficients, z, heap.address(y), se?.gates);
  if (se) heap.release(se.hidden);
  return se ? [y, se.gates] : [y];
};

/** Gradients of the forward pass with the batch's statistics. */
export const convUnitGradient: KernelFunc = ({ inputs, backend, attrs }) => {
  const attributes = attrs as unknown as ConvUnitAttributes;
  const unit = new Unit(inputs, backend, attributes);
  const { heap, images, channels, pixels, convolution } = unit;
  const { dy, z, x, mean, variance, gamma, imageMeans } = inputs as Record<string, TensorInfo>;
  const writesResidual = attributes.relu && attributes.residual;
  const dx = attributes.inputGradient ? heap.allocate(convolution.info.inShape) : undefined;
  const g = writesResidual ? heap.allocate(convolution.info.outShape) : undefined;
  const [dgamma, dbeta] = [heap.allocate([channels]), heap.allocate([channels])];
  const se = unit.excitation?.allocateGradients();
  const group = convolution.module.imagesPerGroup;
  const dz = heap.scratch('unit gradient', group * unit.imageFloats);
  const sumsAddress = heap.scratch('image sums', images * 2 * channels);
  const weights = dx ? convolution.packGradient(inputs['filter'] as TensorInfo) : 0;
  const scratch = { input: convolution.inputScratch(), gradient: dx ? convolution.gradientScratch() : 0 };
  const filterSums = convolution.zeroSums();
  const coefficients = new Coefficients(heap, channels);
  const sums = heap.floatsAt(sumsAddress, images * 2 * channels);
  const [variances, gammas] = [heap.floats(variance!), heap.floats(gamma!)];
  const inverse = Float64Array.from(variances, (value) => 1 / Math.sqrt(value + attributes.epsilon));
  const ofImages = heap.floats(imageMeans!);

  unit.normalise(coefficients, heap.floats(mean!), variances);
  const gates = se && heap.floats(inputs['gates'] as TensorInfo);
  const addresses = {
    dy: heap.address(dy!),
    y: writesResidual ? heap.address(inputs['y'] as TensorInfo) : 0,
    z: heap.address(z!),
    g: g ? heap.address(g) : 0,
  };
  const imageBytes = unit.imageFloats * FLOAT;
  for (let image = 0; image < images; image++) {
    if (gates) unit.gate(coefficients, gates, image);
    const at = image * imageBytes;
    unit.passes.gradientSums(
      addresses.dy + at,
      addresses.y + at,
      addresses.z + at,
      coefficients.address,
      sumsAddress + image * 2 * channels * FLOAT,
      addresses.g + at,
    );
  }
  if (se) unit.excitation?.backward(unit.gateGradients(sums), unit.squeezed(ofImages), se);

  // Sums over the batch of the gradient of batch norm's output, and of its product with xc.
  const [first, second] = [new Float64Array(channels), new Float64Array(channels)];
  for (let image = 0; image < images; image++) {
    for (let c = 0; c < channels; c++) {
      const [at, pair] = [image * channels + c, image * 2 * channels + c];
      const gate = gates ? gates[at]! : 1;
      const squeezed = se ? se.squeezed[at]! : 0;
      first[c]! += gate * sums[pair]! + squeezed;
      second[c]! += gate * sums[pair + channels]! + squeezed * ofImages[at]!;
    }
  }
  heap.floats(dgamma).set(second.map((sum, c) => sum * inverse[c]!));
  heap.floats(dbeta).set(first);
  const count = images * pixels;
  const scale = inverse.map((value, c) => value * gammas[c]!);
  coefficients.set('curve', (c) => (-scale[c]! * inverse[c]! * inverse[c]! * second[c]!) / count);
  coefficients.set('slope', (c) => scale[c]!);
  coefficients.set('constant', (c) => (-scale[c]! * first[c]!) / count);

  const inputImageBytes = (convolution.info.inShape.slice(1) as number[]).reduce((a, b) => a * b, FLOAT);
  for (let start = 0; start < images; start += group) {
    const size = Math.min(group, images - start);
    for (let image = start; image < start + size; image++) {
      if (se && gates) {
        unit.gate(coefficients, gates, image);
        const row = image * channels;
        coefficients.set('slope', (c) => scale[c]! * gates[row + c]!);
        coefficients.set('constant', (c) => scale[c]! * (se.squeezed[row + c]! / pixels - first[c]! / count));
      }
      unit.passes.gradientApply(
        (g ? addresses.g : addresses.dy) + image * imageBytes,
        addresses.z + image * imageBytes,
        coefficients.address,
        dz + (image - start) * imageBytes,
      );
    }
    if (dx) {
      const target = heap.address(dx) + start * inputImageBytes;
      convolution.module.inputGradient(dz, weights, target, scratch.gradient, size);
    }
    const source = heap.address(x!) + start * inputImageBytes;
    convolution.module.filterGradient(source, dz, filterSums, scratch.input, size);
  }
  const dfilter = convolution.finishFilterGradient(filterSums);
  return [dfilter, dgamma, dbeta, ...(dx ? [dx] : []), ...(g ? [g] : []), ...(se ? se.tensors : [])];
};

/** What the three kernels share. */
class Unit {
  readonly convolution: PreparedConvolution;
  readonly heap: WasmMemory;
  readonly images: number;
  readonly channels: number;
  readonly pixels: number;
  readonly imageFloats: number;
  readonly passes;
  readonly excitation: BatchExcitation | undefined;

  constructor(
    private readonly inputs: Inputs,
    backend: unknown,
    private readonly attributes: ConvUnitAttributes,
  ) {
    const [x, filter] = [inputs['x'], inputs['filter']] as [TensorInfo, TensorInfo];
    this.convolution = prepareConvolution(backend, x.shape, filter.shape, { ...attributes });
    this.heap = this.convolution.heap;
    const { info } = this.convolution;
    this.images = info.batchSize;
    this.channels = info.outChannels;
    this.pixels = info.outHeight * info.outWidth;
    this.imageFloats = this.pixels * this.channels;
    const { relu, residual, gate } = attributes;
    this.excitation = BatchExcitation.of(this.heap, inputs, this.images, gate);
    this.passes = channelPasses(this.heap, { pixels: this.pixels, channels: this.channels, relu, residual });
  }

  /** Prepares the convolution to that address; what is returned runs it and calls back for every image, while it is warm. */
  convolver(z: number): (onImage: (image: number, address: number) => void) => void {
    const { heap, convolution, images } = this;
    const { module, info } = convolution;
    const weights = convolution.packForward(this.inputs['filter'] as TensorInfo);
    const scratch = convolution.inputScratch();
    const inputBytes = info.inHeight * info.inWidth * info.inChannels * FLOAT;
    const outputBytes = this.imageFloats * FLOAT;
    return (onImage) => {
      const x = heap.address(this.inputs['x'] as TensorInfo);
      for (let start = 0; start < images; start += module.imagesPerGroup) {
        const size = Math.min(module.imagesPerGroup, images - start);
        module.forward(x + start * inputBytes, weights, z + start * outputBytes, scratch, size);
        for (let image = start; image < start + size; image++) onImage(image, z + image * outputBytes);
      }
    };
  }

  /** Batch norm's coefficients. */
  normalise(coefficients: Coefficients, mean: Float32Array, variance: Float32Array): void {
    const [gamma, beta] = [this.weight('gamma'), this.weight('beta')];
    const { epsilon } = this.attributes;
    coefficients.set('mean', (c) => mean[c]!);
    coefficients.set('scale', (c) => gamma[c]! / Math.sqrt(variance[c]! + epsilon));
    coefficients.set('offset', (c) => beta[c]!);
    this.scale = Float32Array.from(gamma, (value, c) => value / Math.sqrt(variance[c]! + epsilon));
    this.offset = Float32Array.from(beta);
  }
  private scale = new Float32Array();
  private offset = new Float32Array();

  /** Multiplies batch norm's coefficients by the gates of an image. */
  gate(coefficients: Coefficients, gates: Float32Array, image: number): void {
    const row = image * this.channels;
    coefficients.set('scale', (c) => this.scale[c]! * gates[row + c]!);
    coefficients.set('offset', (c) => this.offset[c]! * gates[row + c]!);
  }

  applyAll(coefficients: Coefficients, z: number, y: number, gates: TensorInfo | undefined): void {
    const { heap, inputs, images, passes } = this;
    const values = gates && heap.floats(gates);
    const residual = this.attributes.residual ? heap.address(inputs['residual'] as TensorInfo) : 0;
    for (let image = 0; image < images; image++) {
      if (values) this.gate(coefficients, values, image);
      const at = image * this.imageFloats * FLOAT;
      passes.apply(z + at, residual + at, coefficients.address, y + at);
    }
  }

  /** Squeeze of the normalised channels [N, C], from the means of each image's channels less the batch's. */
  squeezed(ofImages: Float32Array): Float32Array {
    const { channels, scale, offset } = this;
    return ofImages.map((value, at) => scale[at % channels]! * value + offset[at % channels]!);
  }

  /** Gradients of the gates [N, C], which multiply scale xc + offset, from each image's sums of g and g xc. */
  gateGradients(sums: Float32Array): Float32Array {
    const { channels, scale, offset } = this;
    return new Float32Array(this.images * channels).map((_, at) => {
      const c = at % channels;
      const pair = 2 * at - c;
      return offset[c]! * sums[pair]! + scale[c]! * sums[pair + channels]!;
    });
  }

  private weight(name: 'gamma' | 'beta'): Float32Array {
    return this.heap.floats(this.inputs[name] as TensorInfo);
  }
}
