import { IMAGE_HEIGHT, IMAGE_PIXELS, IMAGE_WIDTH } from '../../../../src/core/data/labelledImages';

/** Draws an image as the network sees it: [32, 32, 3] 8-bit RGB, one canvas pixel each. Style sheets say how large. */
export function drawPixels(canvas: HTMLCanvasElement, pixels: Uint8Array): void {
  canvas.width = IMAGE_WIDTH;
  canvas.height = IMAGE_HEIGHT;
  const image = new ImageData(IMAGE_WIDTH, IMAGE_HEIGHT);
  for (let pixel = 0; pixel < IMAGE_PIXELS; pixel++) {
    for (let colour = 0; colour < 3; colour++) image.data[pixel * 4 + colour] = pixels[pixel * 3 + colour]!;
    image.data[pixel * 4 + 3] = 255;
  }
  canvas.getContext('2d')?.putImageData(image, 0, 0);
}
