import { describe, expect, it } from 'vitest';
import { compileModel } from '../../../src/core/model/compileModel';
import { replayRun } from '../../../src/core/training/reduceRun';
import { decodeCheckpoint } from '../../../src/core/weights/checkpoint';
import { weightsOf } from '../../../src/core/weights/graphWeights';
import { toStateDict } from '../../../src/core/weights/pytorchLayout';
import { encodeSafetensors } from '../../../src/core/weights/safetensors';
import { expectedWeights, importedCheckpoint } from '../../../src/host/imports/importedWeights';
import { distinctTensors } from '../weights/distinctTensors';
import { completedBodies, stamped } from './logFixture';

const state = replayRun(stamped(completedBodies()))!;
const source = expectedWeights(state)[1]!;
const tensors = distinctTensors(compileModel(source.arm.spec));
const stateDict = toStateDict(
  compileModel(source.arm.spec),
  new Map(tensors.map(({ name, values }) => [name, values])),
);
const metadata = { arm: 'with SE', seed: '1', epoch: '2' };
const refused = expect.objectContaining({ code: 'data/run-weights' }) as Error;

describe('weights beside an imported log', () => {
  it('are looked for under the names that the script gives them, for jobs that have finished', () => {
    expect(expectedWeights(state).map(({ job, fileName }) => [job, fileName])).toEqual([
      [{ arm: 'a', seed: 1 }, 'without-se-seed-1.safetensors'],
      [{ arm: 'b', seed: 1 }, 'with-se-seed-1.safetensors'],
    ]);
    const early = replayRun(stamped(completedBodies()).slice(0, 6))!;
    expect(expectedWeights(early)).toEqual([]);
  });

  it('become a checkpoint that can be exported', () => {
    const { epoch, data } = importedCheckpoint(source, encodeSafetensors(stateDict, metadata), 2);
    expect(epoch).toBe(2);
    const weights = weightsOf(compileModel(source.arm.spec), decodeCheckpoint(data));
    for (const { name, values } of tensors) expect(weights.get(name)).toEqual(values);
  });

  it.each([
    ['of another seed', stateDict, { ...metadata, seed: '2' }],
    ['of another arm', stateDict, { ...metadata, arm: 'without SE' }],
    ['of another epoch', stateDict, { ...metadata, epoch: '1' }],
    ['that do not say what they are', stateDict, {}],
    ['with a seed that is no number', stateDict, { ...metadata, seed: '__proto__' }],
    ['of another model', stateDict.slice(1), metadata],
  ])('are refused if they are %s', (_what, dict, about) => {
    expect(() => importedCheckpoint(source, encodeSafetensors(dict, about), 2)).toThrowError(refused);
  });

  it('are refused if they are damaged, with the name of the file', () => {
    const bytes = encodeSafetensors(stateDict, metadata).subarray(0, -4);
    expect(() => importedCheckpoint(source, bytes, 2)).toThrowError(refused);
    expect(() => importedCheckpoint(source, bytes, 2)).toThrow(/with-se-seed-1\.safetensors/);
  });
});
