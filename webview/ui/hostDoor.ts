import type { PlaygroundError } from '../../src/core/errors';
import { Channel, type Handlers } from '../../src/protocol/channel';
import { hostContract, pageContract, type PageContract } from '../../src/protocol/hostUiContract';

interface VsCodeApi {
  postMessage(message: unknown): void;
}

/** VS Code defines it in every webview; it may be called once. */
declare function acquireVsCodeApi(): VsCodeApi;

export type HostDoor = Channel<typeof pageContract, typeof hostContract>;

/** Opens the door to the extension host. What goes wrong in the page and has no request to answer is sent to the host's log. */
export function openHostDoor(handlers: Handlers<PageContract>): HostDoor {
  const api = acquireVsCodeApi();
  const door: HostDoor = new Channel({
    port: {
      post: (message) => api.postMessage(message),
      onMessage: (listener) => {
        const forward = (event: MessageEvent<unknown>) => listener(event.data);
        window.addEventListener('message', forward);
        return () => window.removeEventListener('message', forward);
      },
    },
    local: pageContract,
    remote: hostContract,
    handlers,
    onProblem: (problem) => reportProblem(door, problem),
  });
  return door;
}

const MAX_TEXT = 10_000;

export function reportProblem(door: HostDoor, { code, message }: PlaygroundError): void {
  door.emit('problem', { code, message: message.slice(0, MAX_TEXT) });
}
