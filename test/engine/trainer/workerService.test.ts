import { expect, it, vi } from 'vitest';
import { PlaygroundError } from '../../../src/core/errors';
import { estimateStep } from '../../../webview/engine/trainer/estimateStep';
import { watchContextLoss } from '../../../webview/engine/trainer/watchContextLoss';
import { WorkerService } from '../../../webview/engine/trainer/workerService';
import { tinyOrder } from './tinyJob';

// Node has no WebGL to lose: the backend is told of, and its loss is told by the test.
vi.mock('../../../webview/engine/backend/startBackend', () => ({
  startBackend: () => Promise.resolve({ backend: 'webgl', device: 'GPU', reason: 'There is a GPU.' }),
}));
vi.mock('../../../webview/engine/trainer/watchContextLoss');
vi.mock('../../../webview/engine/trainer/estimateStep');

it('rejects an estimate whose GPU is taken away, and all later ones, instead of waiting for ever', async () => {
  const service = new WorkerService(() => undefined);
  await service.initialize({ backend: 'webgl', wasm: new Uint8Array() });
  const params = { spec: tinyOrder().spec, batch: 4 };
  const measured = { stepMs: 2, evaluationMsPerImage: 1 };

  vi.mocked(estimateStep).mockResolvedValueOnce(measured);
  expect(await service.estimate(params)).toEqual(measured);

  vi.mocked(estimateStep).mockReturnValueOnce(new Promise(() => undefined));
  const estimate = service.estimate(params);
  const failure = new PlaygroundError('engine/context-lost', 'The GPU is gone.');
  vi.mocked(watchContextLoss).mock.calls[0]![0](failure);
  await expect(estimate).rejects.toBe(failure);
  await expect(service.estimate(params)).rejects.toBe(failure);
  expect(estimateStep).toHaveBeenCalledTimes(2);
});
