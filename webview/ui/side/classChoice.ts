import { classDifference, classesWithImages, type BlockGates } from '../../../src/core/excitation/gateMath';

/** Classes that the picture of a block has room for. */
export const MAX_CLASSES = 48;

/**
 * The classes to draw, in label order: those that have images; of more than `limit` the ones whose gates are farthest from the mean of all
 * (root mean square over channels), because they are what one looks for.
 */
export function classesToDraw(
  block: BlockGates,
  imagesPerClass: readonly number[],
  limit = MAX_CLASSES,
): number[] {
  const seen = classesWithImages(imagesPerClass);
  if (seen.length <= limit) return seen;
  const distance = new Map(
    seen.map((label) => {
      let squares = 0;
      for (const gate of classDifference(block, imagesPerClass, label)) squares += gate ** 2;
      return [label, squares] as const;
    }),
  );
  return seen
    .sort((one, other) => (distance.get(other) ?? 0) - (distance.get(one) ?? 0))
    .slice(0, limit)
    .sort((one, other) => one - other);
}
