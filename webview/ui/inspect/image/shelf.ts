import type { Inspection, ValidationImage } from '../inspection';

/** Enough for a class's images on a page, and few enough to draw at once. */
export const SHELF_PAGE = 40;
/** Images whose classes are read at a time in search of one class. */
const SEARCH_STEP = 64;

export interface ShelfChoice {
  /** Null for images of all classes. */
  label: number | null;
  wrongOnly: boolean;
  /** From 0. */
  page: number;
}

export interface ShelfPage {
  images: readonly ValidationImage[];
  hasNext: boolean;
}

/** A page of the validation images of that choice, in their order. Reads no more of them than it must. */
export async function readShelf(
  inspection: Inspection,
  { label, wrongOnly, page }: ShelfChoice,
  signal: AbortSignal,
): Promise<ShelfPage> {
  const total = await inspection.ask(({ validationImages }) => Promise.resolve(validationImages), signal);
  const all = Array.from({ length: total }, (_, index) => index);
  const { correct } = wrongOnly ? await inspection.baseline() : {};
  const candidates = correct ? all.filter((index) => !correct[index]) : all;
  const from = page * SHELF_PAGE;
  const to = from + SHELF_PAGE;
  if (label === null) {
    const images = await inspection.validationImages(candidates.slice(from, to), signal);
    return { images, hasNext: candidates.length > to };
  }
  const found: ValidationImage[] = [];
  for (let at = 0; at < candidates.length && found.length <= to; at += SEARCH_STEP) {
    const read = await inspection.validationImages(candidates.slice(at, at + SEARCH_STEP), signal);
    found.push(...read.filter((image) => image.label === label));
  }
  return { images: found.slice(from, to), hasNext: found.length > to };
}
