import { describe, expect, it } from 'vitest';
import { classesToDraw } from '../../../webview/ui/side/classChoice';

describe('classesToDraw', () => {
  // Two channels; classes 1 and 3 differ from the rest, class 4 has no images.
  const block = { block: 'a', channels: 2, mean: [0.5, 0.5, 0.9, 0.5, 0.5, 0.51, 0.5, 0.1, 0, 0] };
  const images = [10, 10, 10, 10, 0];

  it('draws every class that has images', () => {
    expect(classesToDraw(block, images)).toEqual([0, 1, 2, 3]);
  });

  it('prefers those that differ most, in label order', () => {
    expect(classesToDraw(block, images, 2)).toEqual([1, 3]);
  });
});
