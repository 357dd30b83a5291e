import { PlaygroundError } from '../../errors';
import { CIFAR10 } from '../cifarHashes';
import { CLASSES } from '../labelledImages';

/**
 * Checks a batch's labels.
 *
 * @param labels anything; accepted when it is a list of `images` class indices, 0 to 9
 * @param source the file to blame in the message
 * @throws PlaygroundError `data/labels-invalid`
 */
export function requireLabels(labels: unknown, source: string, images = CIFAR10.images): readonly number[] {
  if (!Array.isArray(labels) || labels.length !== images) {
    throw new PlaygroundError(
      'data/labels-invalid',
      `${source} does not hold a list of ${images} labels. Get the file again.`,
    );
  }
  const wrong = labels.findIndex((label) => !Number.isInteger(label) || label < 0 || label >= CLASSES);
  if (wrong >= 0) {
    throw new PlaygroundError(
      'data/labels-invalid',
      `Label ${wrong} in ${source} is not a class from 0 to ${CLASSES - 1}. Get the file again.`,
    );
  }
  return labels as number[];
}
