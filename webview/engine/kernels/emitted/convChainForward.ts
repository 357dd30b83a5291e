/**
 * A chain of normalised convolutions, forward. Signatures: ../convChain.ts.
 *
 * What a chain costs beside its convolutions is memory traffic: one core reads and writes some 11 GB/s where this was measured, so each image is to pass
 * as seldom as can be. The batch's statistics are taken while an image is in the cache behind its convolution. What batch norm and ReLU make of
 * it is never stored inside a chain: the next convolution makes it again for itself, a group of images at a time. SE costs no pass of its own: the
 * squeeze of a normalised channel is the normalised mean of the channel, and a gate multiplies batch norm's scale and offset.
 */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { ChainAttributes } from '../chainTypes';
import { ChainRun } from './chainRun';
import { FLOAT } from './convGeometry';

/** With the batch's statistics. */
export const convChainTraining: KernelFunc = ({ inputs, backend, attrs }) => {
  const run = new ChainRun(inputs, backend, attrs as unknown as ChainAttributes);
  const { heap, links, last, shortcut } = run;
  const made = run.all.map(({ outputShape, channels }) => ({
    z: heap.allocate(outputShape),
    mean: heap.allocate([channels]),
    variance: heap.allocate([channels]),
  }));
  const y = heap.allocate(last.outputShape);
  const excited = run.excitation?.allocate();
  const imageMeans = run.excitation && heap.allocate([last.images, last.channels]);
  run.prepareForward();
  const zOf = made.map(({ z }) => heap.address(z));
  const shortcutZ = zOf.at(-1)!;

  links.forEach((link, index) => {
    run.overGroups(link, (start, size) => {
      const z = zOf[index]! + start * link.imageBytes;
      link.convolve(run.inputOf(index, start, size, zOf[index - 1] ?? 0), z, size);
      for (let image = 0; image < size; image++) link.statistics(start + image, z + image * link.imageBytes);
      // The shortcut reads x too, while it is warm.
      if (index > 0 || !shortcut) return;
      const skipped = shortcutZ + start * shortcut.imageBytes;
      shortcut.convolve(run.x + start * link.inputImageBytes, skipped, size);
      for (let image = 0; image < size; image++) {
        shortcut.statistics(start + image, skipped + image * shortcut.imageBytes);
      }
    });
    link.finishStatistics(made[index]!.mean, made[index]!.variance);
  });
  if (shortcut) shortcut.finishStatistics(made.at(-1)!.mean, made.at(-1)!.variance);
  if (excited && imageMeans) {
    const means = last.imageMeans(made[links.length - 1]!.mean);
    heap.floats(imageMeans).set(means);
    run.excitation?.forward(run.squeezed(means), excited);
  }
  if (excited) last.gate(heap.floats(excited.gates));
  for (let image = 0; image < last.images; image++) {
    const at = image * last.imageBytes;
    last.apply(image, zOf[links.length - 1]! + at, run.residualOf(image, shortcutZ), heap.address(y) + at);
  }
  return [
    y,
    ...made.flatMap(({ z, mean, variance }) => [z, mean, variance]),
    ...(excited && imageMeans ? [imageMeans, excited.hidden, excited.gates] : []),
  ];
};

/** With given statistics: nothing but y leaves the cache. */
export const convChainInference: KernelFunc = ({ inputs, backend, attrs }) => {
  const run = new ChainRun(inputs, backend, attrs as unknown as ChainAttributes);
  const { heap, links, last, shortcut } = run;
  const y = heap.allocate(last.outputShape);
  const excited = run.excitation?.allocate();
  run.prepareForward();
  const group = run.groupImages;
  const zOf = run.all.map((link, index) =>
    heap.scratch(`chain z ${index}`, (group * link.imageBytes) / FLOAT),
  );
  run.setStatistics();
  for (let start = 0; start < last.images; start += group) {
    const size = Math.min(group, last.images - start);
    links.forEach((link, index) => {
      const source =
        index === 0 ? run.x + start * link.inputImageBytes : run.activated(index, 0, size, zOf[index - 1]!);
      link.convolve(source, zOf[index]!, size);
    });
    if (shortcut) shortcut.convolve(run.x + start * links[0]!.inputImageBytes, zOf.at(-1)!, size);
    const z = zOf[links.length - 1]!;
    if (excited) last.gate(exciteGroup(run, z, start, size, excited), start);
    for (let image = 0; image < size; image++) {
      const residual = run.residualOf(start + image, zOf.at(-1)!, image);
      const to = heap.address(y) + (start + image) * last.imageBytes;
      last.apply(start + image, z + image * last.imageBytes, residual, to);
    }
  }
  if (!excited) return [y];
  heap.release(excited.hidden);
  return [y, excited.gates];
};

/** The gates of a group of images, [size, C]. */
function exciteGroup(
  run: ChainRun,
  z: number,
  start: number,
  size: number,
  excited: { hidden: TensorInfo; gates: TensorInfo },
): Float32Array {
  const { last, heap } = run;
  const { channels, pixels } = last;
  const means = new Float32Array(size * channels);
  for (let image = 0; image < size; image++) {
    last.sumsOfCentred(start + image, z + image * last.imageBytes);
    for (let c = 0; c < channels; c++) {
      means[image * channels + c] = last.sums.values[(start + image) * 2 * channels + c]! / pixels;
    }
  }
  run.excitation?.forward(run.squeezed(means), excited, start);
  const gates = heap.floats(excited.gates).subarray(start * channels, (start + size) * channels);
  holdGates(run, gates);
  return gates;
}

/** Clamps gates [n, C] in place, if the kernel was asked to. */
function holdGates({ inputs, heap }: ChainRun, gates: Float32Array): void {
  if (!inputs['keep'] || !inputs['value']) return;
  const [keep, value] = [heap.floats(inputs['keep']), heap.floats(inputs['value'])];
  for (let at = 0; at < gates.length; at++) {
    const channel = at % keep.length;
    gates[at] = keep[channel]! * gates[at]! + value[channel]!;
  }
}
