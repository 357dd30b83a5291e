import type { SideCommand, SideNothing } from '../../../src/protocol/sideContract';
import { element, setHidden, setText } from '../dom/element';

export interface EmptyView {
  readonly element: HTMLElement;
  show(state: SideNothing): void;
}

/** What the view says where there are no gates, and the ways to get some. */
export function emptyView(run: (command: SideCommand) => void): EmptyView {
  const file = element('h1');
  const message = element('p');
  const button = (text: string, command: SideCommand) =>
    element('button', { class: 'plain-button', type: 'button', on: { click: () => run(command) } }, text);
  const choose = button('Choose gates for this file…', 'sePlayground.chooseGates');
  return {
    element: element(
      'div',
      { class: 'side-empty', role: 'status' },
      file,
      message,
      element(
        'div',
        { class: 'buttons' },
        choose,
        button('Open recorded excitations…', 'sePlayground.openRecording'),
      ),
    ),
    show: (state) => {
      setText(file, state.file ?? 'No file');
      setText(message, state.message);
      setHidden(choose, state.file === null);
    },
  };
}
