import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { ChainAttributes } from '../chainTypes';
import { linkKeys } from '../convChain';
import { BatchExcitation } from './batchExcitation';
import { FLOAT } from './convGeometry';
import { NormalisedConvolution } from './normalisedConvolution';
import type { KernelInputs, WasmMemory } from './wasmMemory';

/** What the kernels of a chain share: its links, and the images that pass between them. */
export class ChainRun {
  readonly heap: WasmMemory;
  readonly links: readonly NormalisedConvolution[];
  readonly last: NormalisedConvolution;
  readonly shortcut: NormalisedConvolution | undefined;
  /** The links, then the shortcut: the order of `linkKeys`. */
  readonly all: readonly NormalisedConvolution[];
  readonly excitation: BatchExcitation | undefined;
  /** Address of the input. */
  readonly x: number;

  constructor(
    readonly inputs: KernelInputs,
    backend: unknown,
    readonly attributes: ChainAttributes,
  ) {
    const { links, shortcut, relu, residual, gate } = attributes;
    const inner = { relu: true, residual: false };
    const linkOf = (key: string, shape: readonly number[], index: number) =>
      new NormalisedConvolution(
        backend,
        key,
        shape,
        this.input(`filter${key}`),
        this.input(`gamma${key}`),
        this.input(`beta${key}`),
        links[index]!,
        index < links.length - 1 ? inner : { relu, residual: residual !== 'none' },
        index === links.length - 1 && gate !== undefined,
      );
    const built: NormalisedConvolution[] = [];
    links.forEach((_, index) => {
      built.push(linkOf(String(index), built.at(-1)?.outputShape ?? this.input('x').shape, index));
    });
    this.links = built;
    this.last = built.at(-1)!;
    this.shortcut =
      shortcut &&
      new NormalisedConvolution(
        backend,
        'S',
        this.input('x').shape,
        this.input('filterS'),
        this.input('gammaS'),
        this.input('betaS'),
        shortcut,
        { relu: false, residual: false },
        false,
      );
    this.all = [...built, ...(this.shortcut ? [this.shortcut] : [])];
    this.heap = this.last.heap;
    this.excitation = BatchExcitation.of(this.heap, inputs, this.last.images, gate);
    this.x = this.heap.address(this.input('x'));
  }

  input(name: string): TensorInfo {
    const tensor = this.inputs[name];
    if (!tensor) throw new RangeError(`The chain lacks its input ${name}`);
    return tensor;
  }

  /** Everything that takes memory, before any address or view is used. */
  prepareForward(): void {
    for (const link of this.all) link.prepareForward();
    this.reserveActivations();
  }

  /** Coefficients of the statistics among the inputs. */
  setStatistics(): void {
    linkKeys(this.attributes).forEach((key, index) => {
      this.all[index]!.normalise(this.input(`mean${key}`), this.input(`variance${key}`));
    });
  }

  /** Images that the links like to work on at once, at most. */
  get groupImages(): number {
    return Math.max(...this.links.map(({ groupImages }) => groupImages));
  }

  overGroups(link: NormalisedConvolution, body: (start: number, size: number) => void): void {
    for (let start = 0; start < link.images; start += link.groupImages) {
      body(start, Math.min(link.groupImages, link.images - start));
    }
  }

  /** Address of what link `index` convolves of the images from `start`; `z` is the address of the whole batch's z of the link before. */
  inputOf(index: number, start: number, size: number, z: number): number {
    if (index === 0) return this.x + start * this.links[0]!.inputImageBytes;
    return this.activated(index, start, size, z);
  }

  /** Makes the input of link `index`, an inner one, of the images from `start` in z. */
  activated(index: number, start: number, size: number, z: number): number {
    const before = this.links[index - 1]!;
    const to = this.activations.get(index)!;
    for (let image = 0; image < size; image++) {
      before.apply(0, z + (start + image) * before.imageBytes, 0, to + image * before.imageBytes);
    }
    return to;
  }

  /** Address of what is added to an image; the shortcut's is made of the image `position` (the same, if not given) in its z. */
  residualOf(image: number, shortcutZ: number, position = image): number {
    switch (this.attributes.residual) {
      case 'none':
        return 0;
      case 'input':
        return this.x + image * this.last.imageBytes;
      case 'tensor':
        return this.heap.address(this.input('residual')) + image * this.last.imageBytes;
      case 'shortcut': {
        const { shortcut } = this;
        if (!shortcut) throw new RangeError('The chain has no shortcut');
        shortcut.apply(0, shortcutZ + position * shortcut.imageBytes, 0, this.skipped);
        return this.skipped;
      }
    }
  }

  /** Squeeze of the last link's normalised channels [n, C], from images' means of xc. */
  squeezed(imageMeans: Float32Array): Float32Array {
    const { scale, offset, channels } = this.last;
    return imageMeans.map((value, at) => scale[at % channels]! * value + offset[at % channels]!);
  }

  /** Memory for what passes from link to link: no more than a group of images each. */
  reserveActivations(): void {
    const group = this.groupImages;
    this.links.forEach((link, index) => {
      if (index === 0) return;
      const floats = (group * link.inputImageBytes) / FLOAT;
      this.activations.set(index, this.heap.scratch(`chain input ${index}`, floats));
    });
    if (this.shortcut) {
      this.skipped = this.heap.scratch('chain shortcut', this.shortcut.imageBytes / FLOAT);
    }
  }
  private readonly activations = new Map<number, number>();
  private skipped = 0;
}
