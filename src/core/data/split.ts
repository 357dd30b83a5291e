import { shuffle } from './batchOrder';
import { createRandom } from './random';

/** Indices into the training images of a data set. */
export interface Split {
  train: Uint32Array;
  /** Empty when the model is validated on the test images. */
  validation: Uint32Array;
}

export interface SplitSizes {
  /** Images to train on. */
  train: number;
  /** Images held out from the training images. */
  validation: number;
}

/**
 * Chooses which images to train on and which to hold out: both balanced, so no class has more than one image more than another unless the
 * data set runs out of it. Depends on the arguments alone.
 *
 * @param labels [n] class of each image; a RangeError if it has fewer images than are asked for
 */
export function splitImages(labels: Uint8Array, sizes: SplitSizes, seed: number): Split {
  if (sizes.train + sizes.validation > labels.length) {
    throw new RangeError(`${sizes.train} + ${sizes.validation} images were asked of ${labels.length}`);
  }
  const order = balancedOrder(labels, seed);
  return {
    train: order.slice(0, sizes.train),
    validation: order.slice(sizes.train, sizes.train + sizes.validation),
  };
}

/** All images, one of each class in turn, so that every stretch of the order is balanced. */
function balancedOrder(labels: Uint8Array, seed: number): Uint32Array {
  const byClass = new Map<number, number[]>();
  labels.forEach((label, image) => {
    const members = byClass.get(label);
    if (members) members.push(image);
    else byClass.set(label, [image]);
  });
  const classes = [...byClass.keys()].sort((a, b) => a - b);
  const shuffled = classes.map((label) => {
    const members = Uint32Array.from(byClass.get(label)!);
    shuffle(members, createRandom(seed, 'split', String(label)).integer);
    return members;
  });
  const order: number[] = [];
  for (let round = 0; order.length < labels.length; round++) {
    for (const members of shuffled) if (round < members.length) order.push(members[round]!);
  }
  return Uint32Array.from(order);
}
