import { isCancelled, PlaygroundError } from '../../../../src/core/errors';
import { button, checkbox, dropdown } from '../../controls/toolkit';
import { element, setHidden, setText } from '../../dom/element';
import { percent, wholeNumber } from '../../format/numbers';
import type { Inspection, ValidationImage } from '../inspection';
import type { Subject } from './look';
import { pictureInput } from './pictureInput';
import { readShelf, SHELF_PAGE, type ShelfChoice, type ShelfPage } from './shelf';
import { thumbnailGrid } from './thumbnailGrid';

export interface ShelfCard {
  readonly element: HTMLElement;
  /** Reads the images anew if the model is another one. */
  show(shown: { inspection: Inspection; subject: Subject | undefined }): void;
  /** Reads what could not be read while the worker was away. */
  refresh(): void;
}

const ALL = 'all';

/** Validation images of the model, and the way to bring one's own. */
export function shelfCard(choose: (subject: Subject) => void): ShelfCard {
  let shown: Parameters<ShelfCard['show']>[0] | undefined;
  let choice: ShelfChoice = { label: null, wrongOnly: false, page: 0 };
  let read: ShelfPage = { images: [], hasNext: false };
  let reading = new AbortController();
  /** What there is to say instead of what the images are: a wait, or why there are none. */
  let notice = '';
  const grid = thumbnailGrid((image) => choose({ kind: 'validation', image }));
  const classList = dropdown({
    label: 'Class',
    onChange: (value) => change({ label: value === ALL ? null : Number(value), page: 0 }),
  });
  const wrongOnly = checkbox({
    label: 'Only those not recognised',
    onChange: (checked) => change({ wrongOnly: checked, page: 0 }),
  });
  const back = button({ text: 'Back', onClick: () => change({ page: choice.page - 1 }) });
  const next = button({ text: 'More', onClick: () => change({ page: choice.page + 1 }) });
  const news = element('p', { class: 'note', role: 'status' });
  const change = (patch: Partial<ShelfChoice>) => {
    choice = { ...choice, ...patch };
    draw();
    void fill();
  };
  const fill = async () => {
    const inspection = shown?.inspection;
    if (!inspection) return;
    reading.abort();
    const { signal } = (reading = new AbortController());
    notice = 'Reading the validation images…';
    draw();
    try {
      read = await readShelf(inspection, choice, signal);
      notice = '';
      draw();
      chooseFirst();
      await inspection.baseline();
      if (!signal.aborted) draw();
    } catch (thrown) {
      if (signal.aborted || inspection !== shown?.inspection) return;
      const { message } = PlaygroundError.from(thrown, 'engine/images');
      notice = isCancelled(thrown) ? '' : message;
      draw();
    }
  };
  /** There is something to see at once. */
  const chooseFirst = () => {
    const [first] = read.images;
    if (first && shown && !shown.subject) choose({ kind: 'validation', image: first });
  };
  const draw = () => {
    if (!shown) return;
    const { inspection, subject } = shown;
    const { known, choice: model } = inspection;
    const { classes } = model;
    const selected = subject?.kind === 'validation' ? subject.image.index : undefined;
    grid.show({ images: read.images, selected, classes, correct: known?.correct });
    const choices = classes.map((label, index) => ({ value: String(index), label }));
    classList.show({
      choices: [{ value: ALL, label: 'All classes' }, ...choices],
      value: choice.label === null ? ALL : String(choice.label),
    });
    wrongOnly.show({ checked: choice.wrongOnly });
    back.show({ disabled: choice.page === 0 });
    next.show({ disabled: !read.hasNext });
    setHidden(back.element, choice.page === 0 && !read.hasNext);
    setHidden(next.element, choice.page === 0 && !read.hasNext);
    setText(news, notice || newsText(read.images, inspection, choice.page));
  };
  const made = element(
    'section',
    { class: 'card shelf', 'aria-labelledby': 'shelf-title' },
    element('h3', { id: 'shelf-title' }, 'Images'),
    element('div', { class: 'shelf-controls' }, classList.element, wrongOnly.element),
    grid.element,
    element('div', { class: 'buttons' }, back.element, next.element),
    news,
  );
  made.append(pictureInput(made, (picture) => choose({ kind: 'picture', picture })));
  return {
    element: made,
    show: (given) => {
      const another = given.inspection !== shown?.inspection;
      shown = given;
      if (another) {
        read = { images: [], hasNext: false };
        choice = { ...choice, page: 0 };
        void fill();
      }
      draw();
    },
    refresh: () => {
      if (read.images.length === 0) void fill();
    },
  };
}

function newsText(images: readonly ValidationImage[], { known }: Inspection, page: number): string {
  const place = page > 0 ? ` From image ${page * SHELF_PAGE + 1} on.` : '';
  if (images.length === 0) return known ? 'No validation image is of that choice.' : '';
  if (!known) return `Finding out which are recognised…${place}`;
  const right = known.correct.reduce((sum, bit) => sum + bit, 0);
  return `${wholeNumber(right)} of ${wholeNumber(known.correct.length)} validation images are recognised (${percent(known.accuracy)}); the others are marked.${place}`;
}
