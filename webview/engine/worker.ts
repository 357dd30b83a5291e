/** Entry of the training worker: one classic script, started from a blob URL. */
import { Channel } from '../../src/protocol/channel';
import { pageForWorkerContract, workerContract } from '../../src/protocol/uiWorkerContract';
import { WorkerService } from './trainer/workerService';

const service = new WorkerService((event, data, transfer) => channel.emit(event, data, transfer));

const channel = new Channel({
  port: {
    // The lines among them are MessagePorts, which the protocol's room does not know.
    post: (message, transfer = []) => postMessage(message, [...transfer] as Transferable[]),
    onMessage(listener) {
      const receive = (event: MessageEvent<unknown>) => listener(event.data);
      addEventListener('message', receive);
      return () => removeEventListener('message', receive);
    },
  },
  local: workerContract,
  remote: pageForWorkerContract,
  handlers: {
    initialize: (params) => service.initialize(params),
    estimate: (params) => service.estimate(params),
    loadData: (params) => service.loadData(params),
    startJob(params) {
      service.startJob(params);
      return {};
    },
    control(params) {
      service.control(params);
      return {};
    },
    openModel: (params) => service.openModel(params),
    validationImages: (params) => service.inspection.images(params),
    lookAt: (params) => service.inspection.lookAt(params),
    knockOut: (params, { signal }) => service.inspection.knockOut(params, signal),
    startSweep(params) {
      service.inspection.startSweep(params);
      return {};
    },
    stopSweep() {
      service.inspection.stopSweep();
      return {};
    },
    recordTrace: (params, { signal }) => service.inspection.recordTrace(params, signal),
    async closeModel() {
      await service.inspection.close();
      return {};
    },
  },
  // Reaches the page as the worker's `error` event.
  onProblem: (problem) => reportError(problem),
});
