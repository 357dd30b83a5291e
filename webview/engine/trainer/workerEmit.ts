import type { EventData, EventName } from '../../../src/protocol/contract';
import type { WorkerContract } from '../../../src/protocol/uiWorkerContract';

/** Announces an event of the worker; `Channel.emit` of the worker's channel is one. */
export type WorkerEmit = <K extends EventName<WorkerContract>>(
  event: K,
  data: EventData<WorkerContract, K>,
  transfer?: readonly ArrayBuffer[],
) => void;
