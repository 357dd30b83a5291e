import { PlaygroundError } from '../../../../src/core/errors';
import { IMAGE_HEIGHT } from '../../../../src/core/data/labelledImages';
import { averageDown } from './averageDown';
import { pictureSize } from './pictureSize';

const MOST_BYTES = 20 * 1024 * 1024;
const MOST_PIXELS_A_SIDE = 8192;
/** The browser brings large pictures down to this many pixels for each of the network's, a side; the rest is averaged here. */
const MOST_PER_PIXEL = 16;

/** A picture as the network takes it. */
export interface NetPicture {
  name: string;
  /** [32, 32, 3], 8-bit RGB. */
  pixels: Uint8Array<ArrayBuffer>;
  /** What was done to it, a sentence. */
  made: string;
}

/**
 * The middle square of a picture file, brought to 32 x 32 pixels.
 *
 * @throws PlaygroundError `data/picture` for a file that is too large, or no picture that the browser can read
 */
export async function readPicture(file: Blob, name: string): Promise<NetPicture> {
  if (file.size > MOST_BYTES) {
    throw refused(
      name,
      `has ${(file.size / 2 ** 20).toFixed(1)} MB, and 20 MB is the most. Save a smaller copy and choose that.`,
    );
  }
  const size = pictureSize(new Uint8Array(await file.arrayBuffer()));
  if (!size) throw refused(name, 'is not a PNG, JPEG, WebP, GIF or BMP picture. Choose one of those.');
  if (Math.max(size.width, size.height) > MOST_PIXELS_A_SIDE) {
    throw refused(
      name,
      `is ${size.width} x ${size.height} pixels, and ${MOST_PIXELS_A_SIDE} a side is the most. Save a smaller copy and choose that.`,
    );
  }
  const bitmap = await createImageBitmap(file).catch((cause: unknown) => {
    throw refused(name, 'is damaged: its pixels cannot be read. Open it in another program to see.', cause);
  });
  try {
    const { width, height } = bitmap;
    const made =
      width === IMAGE_HEIGHT && height === IMAGE_HEIGHT
        ? `${name}, taken as it is.`
        : `${name}, ${width} x ${height} pixels: ${width === height ? '' : 'the middle square, '}resized to ${IMAGE_HEIGHT} x ${IMAGE_HEIGHT}.`;
    return { name, pixels: middleSquare(bitmap), made };
  } finally {
    bitmap.close();
  }
}

function middleSquare(bitmap: ImageBitmap): Uint8Array<ArrayBuffer> {
  const side = Math.min(bitmap.width, bitmap.height);
  const factor = Math.min(MOST_PER_PIXEL, Math.max(1, Math.floor(side / IMAGE_HEIGHT)));
  const drawn = IMAGE_HEIGHT * factor;
  const canvas = new OffscreenCanvas(drawn, drawn);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new PlaygroundError('data/picture', 'The picture cannot be resized in this window.');
  context.imageSmoothingQuality = 'high';
  const left = (bitmap.width - side) / 2;
  const top = (bitmap.height - side) / 2;
  context.drawImage(bitmap, left, top, side, side, 0, 0, drawn, drawn);
  return averageDown(context.getImageData(0, 0, drawn, drawn).data, IMAGE_HEIGHT, factor);
}

function refused(name: string, why: string, cause?: unknown): PlaygroundError {
  return new PlaygroundError('data/picture', `${name} ${why}`, { cause });
}
