import { element } from '../../dom/element';
import type { ValidationImage } from '../inspection';
import { drawPixels } from './drawPixels';

export interface ThumbnailsShown {
  images: readonly ValidationImage[];
  /** Index of the image that is looked at. */
  selected: number | undefined;
  classes: readonly string[];
  /** 1 for each validation image that is recognised; undefined until that is known. */
  correct: Uint8Array | undefined;
}

export interface ThumbnailGrid {
  readonly element: HTMLElement;
  show(shown: ThumbnailsShown): void;
}

/** Validation images to choose from: a list box in rows. Arrow keys, Home and End move the choice. */
export function thumbnailGrid(choose: (image: ValidationImage) => void): ThumbnailGrid {
  let shown: ThumbnailsShown | undefined;
  let options: HTMLElement[] = [];
  const made = element('div', { class: 'thumbnails', role: 'listbox', 'aria-label': 'Validation images' });
  const move = (index: number) => {
    const image = shown?.images[index];
    if (!image) return;
    options[index]?.focus();
    choose(image);
  };
  made.addEventListener('click', (event) => {
    const index = options.findIndex((option) => option.contains(event.target as Node));
    if (index >= 0) move(index);
  });
  made.addEventListener('keydown', (event) => {
    const at = options.findIndex((option) => option === document.activeElement);
    const next = afterKey(event.key, at, options.length, columnsOf(made));
    if (next === undefined) return;
    event.preventDefault();
    move(next);
  });
  return {
    element: made,
    show: (next) => {
      const { images, selected, classes, correct } = next;
      if (shown?.images !== images) {
        options = images.map((image) => {
          const canvas = element('canvas', { 'aria-hidden': 'true' });
          drawPixels(canvas, image.pixels);
          return element('div', { class: 'thumbnail', role: 'option' }, canvas);
        });
        made.replaceChildren(...options);
      }
      shown = next;
      const tabStop = Math.max(
        0,
        images.findIndex(({ index }) => index === selected),
      );
      images.forEach(({ index, label }, place) => {
        const option = options[place];
        if (!option) return;
        const wrong = correct !== undefined && !correct[index];
        option.classList.toggle('wrong', wrong);
        option.setAttribute('aria-selected', String(index === selected));
        option.setAttribute('tabindex', place === tabStop ? '0' : '-1');
        const name = `${classes[label] ?? label}, image ${index}`;
        option.setAttribute('aria-label', wrong ? `${name}, not recognised` : name);
        option.title = wrong ? `${name}: not recognised` : name;
      });
    },
  };
}

function columnsOf(grid: HTMLElement): number {
  return Math.max(1, getComputedStyle(grid).gridTemplateColumns.split(' ').length);
}

function afterKey(key: string, at: number, length: number, columns: number): number | undefined {
  if (at < 0) return undefined;
  const steps: Record<string, number> = {
    ArrowRight: at + 1,
    ArrowLeft: at - 1,
    ArrowDown: at + columns,
    ArrowUp: at - columns,
    Home: 0,
    End: length - 1,
  };
  const next = steps[key];
  return next !== undefined && next >= 0 && next < length ? next : undefined;
}
