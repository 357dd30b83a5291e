import { PlaygroundError } from '../../../../src/core/errors';
import { button } from '../../controls/toolkit';
import { element, setText } from '../../dom/element';
import { readPicture, type NetPicture } from './readPicture';

/** Takes a picture of the user's: chosen, dropped on `zone`, or pasted while `zone` is seen. */
export function pictureInput(zone: HTMLElement, take: (picture: NetPicture) => void): HTMLElement {
  const problem = element('p', { class: 'field-problem', role: 'alert' });
  const file = element('input', { type: 'file', accept: 'image/*', hidden: true, 'aria-label': 'Picture' });
  let latest = 0;
  const read = async (picture: File) => {
    const own = ++latest;
    setText(problem, '');
    try {
      const made = await readPicture(picture, picture.name || 'The pasted picture');
      if (own === latest) take(made);
    } catch (thrown) {
      if (own === latest) setText(problem, PlaygroundError.from(thrown, 'data/picture').message);
    }
  };
  const readFirst = (files: FileList | undefined, otherwise: string) => {
    const [first] = files ?? [];
    if (first) void read(first);
    else if (otherwise !== '') setText(problem, otherwise);
  };
  file.addEventListener('change', () => {
    readFirst(file.files ?? undefined, '');
    // The same file again must be a change again.
    file.value = '';
  });
  const mark = (over: boolean) => zone.classList.toggle('drop-target', over);
  zone.addEventListener('dragover', (event) => {
    event.preventDefault();
    mark(true);
  });
  zone.addEventListener('dragleave', () => mark(false));
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    mark(false);
    readFirst(
      event.dataTransfer?.files,
      'What was dropped is no file. Save the picture and choose the file.',
    );
  });
  document.addEventListener('paste', (event) => {
    // Not on screen: the paste is not meant for this.
    if (zone.offsetParent === null) return;
    readFirst(event.clipboardData?.files, '');
  });
  const choose = button({ text: 'Choose a picture…', onClick: () => file.click() });
  return element(
    'div',
    { class: 'picture-input' },
    choose.element,
    file,
    element('span', { class: 'quiet' }, 'or paste one, or drop one here with Shift held'),
    problem,
  );
}
