import { IMAGE_BYTES, type LabelledImages } from '../../../src/core/data/labelledImages';
import { createRandom } from '../../../src/core/data/random';

/** Images of smooth gradients with noise and a hard edge, more like photographs than noise is; labels go round the classes. */
export function smallImages(count: number, seed = 1): LabelledImages {
  const { uniform, integer } = createRandom(seed, 'small images');
  const images = new Uint8Array(count * IMAGE_BYTES);
  for (let image = 0; image < count; image++) {
    const slope = 6 * uniform();
    const edge = integer(32);
    for (let y = 0; y < 32; y++) {
      for (let x = 0; x < 32; x++) {
        const light = slope * (x + y) * 0.5 + (x > edge ? 60 : 0) + 8 * uniform();
        for (let channel = 0; channel < 3; channel++) {
          images[((image * 32 + y) * 32 + x) * 3 + channel] = Math.min(
            255,
            light + channel * 10 + 4 * uniform(),
          );
        }
      }
    }
  }
  return { images, labels: new Uint8Array(count).map((_, index) => index % 10) };
}
