/** Entry of the side view's page: opens the door to the host and shows what comes through it. */
import { PlaygroundError } from '../../../src/core/errors';
import { openSideDoor } from './sideDoor';
import { sideView } from './sideView';

const { door, keep, kept } = openSideDoor();
const report = (thrown: unknown) => {
  const { code, message } = PlaygroundError.from(thrown, 'protocol/page');
  door.emit('problem', { code, message });
};
window.addEventListener('error', ({ error }) => {
  // Without an error object it is a notice of the browser's, of sizes that it will observe a frame later.
  if (error) report(error);
});
window.addEventListener('unhandledrejection', (event) => report(event.reason));

const view = sideView(
  {
    lineSelected: (line) => door.emit('lineSelected', { line }),
    lineOpened: (line) => door.emit('lineOpened', { line }),
    viewScrolled: (line) => door.emit('viewScrolled', { line }),
    runCommand: (command) => door.emit('commandWanted', { command }),
    classGates: (revision, block) => door.request('classGates', { revision, block }),
    keep,
  },
  kept(),
);
(document.getElementById('app') ?? document.body).replaceChildren(view.element);
// VS Code gives the focus to the page as a whole.
window.addEventListener('focus', () => {
  if (document.activeElement === document.body) view.focus();
});
door.on('stateChanged', ({ state, place }) => view.show(state, place));
door.on('editorScrolled', ({ top }) => view.editorScrolled(top));
door.on('cursorMoved', ({ line }) => view.cursorMoved(line));
door.request('ready', {}).then(({ state, place }) => view.show(state, place), report);
