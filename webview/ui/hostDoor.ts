import type { PlaygroundError } from '../../src/core/errors';
import { Channel, type Handlers } from '../../src/protocol/channel';
import { hostContract, pageContract, type PageContract } from '../../src/protocol/hostUiContract';
import { webviewHost } from './webviewPort';

export type HostDoor = Channel<typeof pageContract, typeof hostContract>;

/** Opens the door to the extension host. What goes wrong in the page and has no request to answer is sent to the host's log. */
export function openHostDoor(handlers: Handlers<PageContract>): HostDoor {
  const door: HostDoor = new Channel({
    port: webviewHost().port,
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
