/**
 * A chain of normalised convolutions, back. Signatures: ../convChain.ts; why so: convChainForward.ts.
 *
 * From the last link to the first: the gradient of a convolution's output is made in groups of images and used at once, for the input's gradient and
 * the filter's; the sums that batch norm needs of the gradient before it are taken while that is warm. Each image's sums of g and g xc give the
 * gates' gradients as well as batch norm's.
 */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { ChainAttributes } from '../chainTypes';
import { linkKeys } from '../convChain';
import { ChainRun } from './chainRun';
import { FLOAT } from './convGeometry';
import { addVectors } from './vectorKernels';

export const convChainGradient: KernelFunc = ({ inputs, backend, attrs }) => {
  const attributes = attrs as unknown as ChainAttributes;
  const run = new ChainRun(inputs, backend, attributes);
  const { heap, links, last, shortcut } = run;
  const masked = attributes.relu && attributes.residual !== 'none';
  const tensors = run.all.map(({ channels }) => ({
    dgamma: heap.allocate([channels]),
    dbeta: heap.allocate([channels]),
  }));
  const dx = attributes.inputGradient ? heap.allocate([...run.input('x').shape]) : undefined;
  const residual = attributes.residual === 'tensor' && masked ? heap.allocate(last.outputShape) : undefined;
  const se = run.excitation?.allocateGradients();
  for (const link of run.all) {
    const readsX = link === links[0] || link === shortcut;
    link.prepareGradient(!readsX || dx !== undefined);
  }
  run.reserveActivations();
  const memory = reserve(run, masked && !residual);
  const [dy, y] = [heap.address(run.input('dy')), masked ? heap.address(run.input('y')) : 0];
  /** The gradient behind ReLU, of the last link's images, the residual's at the same time. */
  const g = masked ? (residual ? heap.address(residual) : memory.g) : dy;
  const zOf = linkKeys(attributes).map((key) => heap.address(run.input(`z${key}`)));
  const shortcutZ = zOf.at(-1)!;
  run.setStatistics();

  const gates = se && heap.floats(run.input('gates'));
  if (gates) last.gate(gates);
  for (let image = 0; image < last.images; image++) {
    const at = image * last.imageBytes;
    last.gradientSums(image, dy + at, y + at, zOf[links.length - 1]! + at, g + at);
    shortcut?.gradientSums(image, g + at, 0, shortcutZ + at, 0);
  }
  if (shortcut) shortcut.finishGradientSums(tensors.at(-1)!.dgamma, tensors.at(-1)!.dbeta);
  const imageMeans = se && heap.floats(run.input('imageMeans'));
  const excitation = se && gates && imageMeans && { gates, squeezed: se.squeezed, imageMeans };
  if (se && imageMeans) {
    run.excitation?.backward(last.gateGradients(), run.squeezed(imageMeans), se);
  }

  for (let index = links.length - 1; index >= 0; index--) {
    const link = links[index]!;
    const ofLast = link === last;
    link.finishGradientSums(tensors[index]!.dgamma, tensors[index]!.dbeta, ofLast ? excitation : undefined);
    // Of the last link g, where it was masked; else its own masking begins at dy.
    const from = ofLast ? g : memory.between[index + 1]!;
    const to = index === 0 ? (dx ? heap.address(dx) : 0) : memory.between[index]!;
    run.overGroups(link, (start, size) => {
      for (let image = 0; image < size; image++) {
        const at = (start + image) * link.imageBytes;
        link.gradientApply(start + image, from + at, zOf[index]! + at, memory.dz + image * link.imageBytes);
      }
      const target = to + start * link.inputImageBytes;
      if (to) link.inputGradient(memory.dz, target, size);
      link.filterGradient(run.inputOf(index, start, size, zOf[index - 1] ?? 0), memory.dz, size);
      if (index > 0) sumsBefore(run, index, start, size, target, zOf[index - 1]!);
      else addShortcut(run, start, size, { ...memory, g, dx: dx ? target : 0, z: shortcutZ });
    });
  }
  const weights = run.all.flatMap((link, index) => [
    link.finishFilterGradient(),
    tensors[index]!.dgamma,
    tensors[index]!.dbeta,
  ]);
  const optional: (TensorInfo | undefined)[] = [dx, residual];
  return [...weights, ...optional.filter((tensor) => tensor !== undefined), ...(se ? se.tensors : [])];
};

/** The sums of the link before, whose gradient has just been made and is warm. */
function sumsBefore(
  { links }: ChainRun,
  index: number,
  start: number,
  size: number,
  gradient: number,
  z: number,
): void {
  const before = links[index - 1]!;
  for (let image = 0; image < size; image++) {
    const at = (start + image) * before.imageBytes;
    before.gradientSums(start + image, gradient + image * before.imageBytes, 0, z + at, 0);
  }
}

/** Adds what comes back through the residual to the images of dx: g itself, or through the shortcut, whose filter's gradient is made here. */
function addShortcut(
  { attributes, heap, x, links, shortcut, last }: ChainRun,
  start: number,
  size: number,
  memory: { g: number; dx: number; z: number; dzShortcut: number; dxShortcut: number },
): void {
  const inputBytes = links[0]!.inputImageBytes;
  const floats = (size * inputBytes) / FLOAT;
  if (attributes.residual === 'input' && memory.dx) {
    addVectors(heap, memory.dx, memory.g + start * last.imageBytes, memory.dx, floats);
  }
  if (!shortcut) return;
  for (let image = 0; image < size; image++) {
    const at = (start + image) * shortcut.imageBytes;
    shortcut.gradientApply(0, memory.g + at, memory.z + at, memory.dzShortcut + image * shortcut.imageBytes);
  }
  shortcut.filterGradient(x + start * inputBytes, memory.dzShortcut, size);
  if (!memory.dx) return;
  shortcut.inputGradient(memory.dzShortcut, memory.dxShortcut, size);
  addVectors(heap, memory.dx, memory.dxShortcut, memory.dx, floats);
}

/** Scratch memory of the way back. */
function reserve({ heap, groupImages, links, last, shortcut }: ChainRun, withG: boolean) {
  const ofGroup = (key: string, imageBytes: number) => heap.scratch(key, (groupImages * imageBytes) / FLOAT);
  const largest = Math.max(...links.map(({ imageBytes }) => imageBytes));
  return {
    dz: ofGroup('chain dz', largest),
    dzShortcut: shortcut ? ofGroup('chain shortcut dz', shortcut.imageBytes) : 0,
    dxShortcut: shortcut ? ofGroup('chain shortcut dx', shortcut.inputImageBytes) : 0,
    g: withG ? heap.scratch('chain g', (last.images * last.imageBytes) / FLOAT) : 0,
    /** Gradients of the inner links' inputs, of the whole batch; by the link's index. */
    between: links.map((link, index) =>
      index === 0 ? 0 : heap.scratch(`chain gradient ${index}`, (link.images * link.inputImageBytes) / FLOAT),
    ),
  };
}
