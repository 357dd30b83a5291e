import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import { webgl_util } from '@tensorflow/tfjs-backend-webgl';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { PassRunner, type Pass } from './passRunner';

/**
 * The textures of one kernel call. All are in tfjs's packed layout, so that tfjs's own packed programs take them as they are: a texel holds
 * a block of two by two of the last two dimensions (of images: two neighbouring pixels of a row times two channels), blocks in row-major
 * order. Where a size is odd, the outer half of the last block is undefined in what is read, and zero in what is drawn.
 */
export class PackedWork {
  private readonly temporaries: TensorInfo[] = [];

  private constructor(private readonly backend: MathBackendWebGL) {}

  /** Runs `kernel` and gives back its scratch textures. Nothing waits for the GPU. */
  static run<T>(backend: unknown, kernel: (work: PackedWork) => T): T {
    const work = new PackedWork(backend as MathBackendWebGL);
    try {
      return kernel(work);
    } finally {
      for (const temporary of work.temporaries) work.backend.disposeIntermediateTensorInfo(temporary);
    }
  }

  /** The tensor as a packed texture: itself, or a packed copy that lives until the kernel ends. */
  packed(tensor: TensorInfo): TensorInfo {
    const { texture, isPacked, shape } = this.backend.texData.get(tensor.dataId);
    if (texture && isPacked && webgl_util.isReshapeFree(shape, tensor.shape)) return tensor;
    // A packed texture of other rows and columns: its blocks have to be taken apart first.
    const plain =
      texture && isPacked ? this.temporary(this.backend.unpackTensor({ ...tensor, shape })) : tensor;
    return this.temporary(this.backend.packTensor({ ...plain, shape: tensor.shape }));
  }

  /** A texture to draw to, for the result. */
  result(shape: readonly number[]): TensorInfo {
    const tensor = this.backend.makeTensorInfo([...shape], 'float32');
    this.backend.texData.get(tensor.dataId).isPacked = true;
    this.backend.uploadToGPU(tensor.dataId);
    return tensor;
  }

  /** A texture to draw to that lives until the kernel ends. */
  scratch(shape: readonly number[]): TensorInfo {
    return this.temporary(this.result(shape));
  }

  /** Gives a tensor the texture that was drawn to `scratch`, whatever it held before. */
  overwrite(tensor: TensorInfo, scratch: TensorInfo): void {
    const held = this.backend.texData.get(tensor.dataId);
    if (held.slice) throw new Error('A slice of another tensor cannot be written in place');
    const drawn = this.backend.texData.get(scratch.dataId);
    const { texture, texShape, isPacked, usage } = held;
    const { shape } = tensor;
    Object.assign(held, { ...drawn, shape, refCount: held.refCount, values: null });
    // The old texture goes with the scratch tensor.
    Object.assign(drawn, { texture, texShape, isPacked, usage });
  }

  draw(
    pass: Omit<Pass, 'targets' | 'textures'> & {
      textures: Record<string, TensorInfo>;
      targets: TensorInfo[];
    },
  ): void {
    const texture = (tensor: TensorInfo) => {
      const { texture: held, texShape } = this.backend.texData.get(tensor.dataId);
      if (!held || !texShape) throw new Error('A tensor of a WebGL pass is not on the GPU');
      return {
        texture: held.texture,
        shape: tensor.shape,
        width: Math.ceil(texShape[1] / 2),
        height: Math.ceil(texShape[0] / 2),
      };
    };
    PassRunner.of(this.backend.gpgpu.gl as WebGL2RenderingContext).run({
      ...pass,
      textures: Object.fromEntries(
        Object.entries(pass.textures).map(([name, tensor]) => [name, texture(tensor)]),
      ),
      targets: pass.targets.map(texture),
    });
  }

  private temporary(tensor: TensorInfo): TensorInfo {
    this.temporaries.push(tensor);
    return tensor;
  }
}
