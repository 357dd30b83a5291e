import type { Handlers } from '../../../src/protocol/channel';
import type { WorkerContract } from '../../../src/protocol/uiWorkerContract';

type Inspection =
  | 'openModel'
  | 'validationImages'
  | 'lookAt'
  | 'knockOut'
  | 'startSweep'
  | 'stopSweep'
  | 'recordTrace'
  | 'closeModel';

function refuse(): never {
  throw new Error('This worker opens no models.');
}

/** What a stand-in for a worker that only trains answers to requests about an open model. */
export const noInspection: Pick<Handlers<WorkerContract>, Inspection> = {
  openModel: refuse,
  validationImages: refuse,
  lookAt: refuse,
  knockOut: refuse,
  startSweep: refuse,
  stopSweep: refuse,
  recordTrace: refuse,
  closeModel: refuse,
};
