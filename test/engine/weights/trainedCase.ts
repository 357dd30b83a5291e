import * as tf from '@tensorflow/tfjs-core';
import * as v from 'valibot';
import { NO_AUGMENTATION, writeNormalised } from '../../../src/core/data/augmentation';
import { compileModel } from '../../../src/core/model/compileModel';
import { modelSpecSchema, type ModelSpec } from '../../../src/core/model/modelSpec';
import { decodeCheckpoint } from '../../../src/core/weights/checkpoint';
import { buildNetwork } from '../../../webview/engine/network/buildNetwork';
import { eventsOf, runJob, tinyData, tinyOrder } from '../trainer/tinyJob';

export interface TrainedCase {
  spec: ModelSpec;
  /** The engine's checkpoint. */
  data: Uint8Array<ArrayBuffer>;
  /** The engine's own, [N][classes]. */
  logits: number[][];
}

/** Normalised test images [N, 32, 32, 3], N = 4. */
export const IMAGES_SHAPE = [4, 32, 32, 3] as const;
export const images = new Float32Array(IMAGES_SHAPE.reduce((product, size) => product * size, 1));
for (let image = 0; image < IMAGES_SHAPE[0]; image++) {
  const offset = (image * images.length) / IMAGES_SHAPE[0];
  writeNormalised(tinyData.test.images, image, NO_AUGMENTATION, images, offset);
}

/** Trains a definition of width 4 for one epoch of three steps, and has the engine evaluate what it learnt. The backend must run. */
export async function trainCase(definition: Record<string, unknown>): Promise<TrainedCase> {
  const { spec: tiny } = tinyOrder();
  const { training } = tiny;
  const spec = v.parse(modelSpecSchema, { version: 1, name: 'Tiny "Größe" net', training, ...definition });
  const { events } = await runJob(tinyOrder({}, { spec, epochs: 1 }));
  const { data } = eventsOf(events, 'checkpoint')[0]!;
  const stored = new Map(decodeCheckpoint(data).tensors.map((tensor) => [tensor.name, tensor.values]));
  const network = buildNetwork(compileModel(spec), 99);
  const logits = tf.tidy(() => {
    for (const { info, variable } of network.parameters) {
      variable.assign(tf.tensor(stored.get(info.name)!, [...info.shape]));
    }
    return network.forward(tf.tensor4d(images, [...IMAGES_SHAPE]), { training: false }).arraySync();
  });
  network.dispose();
  return { spec, data, logits };
}

/** Largest difference of two sets of logits, as a share of the largest that is right. */
export function relativeDifference(some: readonly number[][], right: readonly number[][]): number {
  const difference = some.flatMap((row, image) => row.map((logit, k) => Math.abs(logit - right[image]![k]!)));
  return Math.max(...difference) / Math.max(...right.flat().map(Math.abs));
}
