import type { Layout } from './heatmapLayout';
import type { HeatmapModel } from './heatmapModel';
import { paintCells } from './paintCells';

/** Paints in device pixels, so that cell edges are sharp at every zoom. */
export function drawHeatmap(
  canvas: HTMLCanvasElement,
  { rows, scale }: HeatmapModel,
  { width, height, rowHeight, tops }: Layout,
): void {
  const density = window.devicePixelRatio || 1;
  const px = (value: number) => Math.round(value * density);
  const [wide, high] = [px(width), px(height)];
  // Setting a size clears and allocates, also where it is the same.
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d');
  if (!context || wide === 0 || high === 0) return;
  const image = context.createImageData(wide, high);
  const bands = tops.map((top) => ({ top: px(top), bottom: Math.min(high, px(top + rowHeight)) }));
  paintCells(new Uint32Array(image.data.buffer), wide, rows, bands, scale);
  context.putImageData(image, 0, 0);
}
