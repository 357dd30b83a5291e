import { PlaygroundError } from '../../../../src/core/errors';
import type { SvgFile } from './svgFile';

/** Pixels of the picture for each of the drawing: sharp in print. */
const DENSITY = 2;
/** Browsers refuse larger canvases. */
const MOST_PIXELS_A_SIDE = 16_000;

/** The drawing as a PNG. @throws PlaygroundError `engine/no-picture` if the browser cannot make it */
export async function pngOfSvg({ markup, width, height }: SvgFile): Promise<Uint8Array<ArrayBuffer>> {
  const url = URL.createObjectURL(new Blob([markup], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const density = Math.min(DENSITY, MOST_PIXELS_A_SIDE / Math.max(width, height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(width * density);
    canvas.height = Math.round(height * density);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
    if (!blob) throw new RangeError('no blob');
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    const text = 'The picture could not be made. Save it as SVG instead.';
    throw new PlaygroundError('engine/no-picture', text, { cause });
  } finally {
    URL.revokeObjectURL(url);
  }
}
