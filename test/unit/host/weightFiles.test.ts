import { describe, expect, it } from 'vitest';
import { compileModel } from '../../../src/core/model/compileModel';
import { encodeCheckpoint } from '../../../src/core/weights/checkpoint';
import { decodeSafetensors } from '../../../src/core/weights/safetensors';
import { weightFiles } from '../../../src/host/exports/weightFiles';
import { distinctTensors } from '../weights/distinctTensors';
import { examplePlan } from './runFixtures';

const arm = examplePlan('r1').arms[1]!;
const tensors = distinctTensors(compileModel(arm.spec));
const checkpoint = { epoch: 2, data: encodeCheckpoint({ epoch: 2, step: 9, tensors }) };
const trained = { arm, seed: 7, checkpoint };

describe('weightFiles', () => {
  it('makes one safetensors file, which says what it holds', () => {
    const files = weightFiles('safetensors', 'net.safetensors', trained);
    expect(files.map(({ name }) => name)).toEqual(['net.safetensors']);
    const { tensors: state, metadata } = decodeSafetensors(files[0]!.content);
    expect(state).toHaveLength(tensors.length);
    expect(Object.fromEntries(metadata)).toMatchObject({
      format: 'pt',
      definition: 'Example',
      arm: 'with SE',
      seed: '7',
      epoch: '2',
      formatVersion: '1',
    });
  });

  it.each([
    ['model.json', 'weights.bin'],
    ['net.json', 'net.weights.bin'],
    ['net', 'net.weights.bin'],
  ])('makes a TensorFlow.js model %s that refers to %s beside it', (fileName, weightsFile) => {
    const files = weightFiles('tfjs', fileName, trained);
    expect(files.map(({ name }) => name)).toEqual([weightsFile, fileName]);
    const model = JSON.parse(new TextDecoder().decode(files[1]!.content)) as {
      weightsManifest: { paths: string[]; weights: { shape: number[] }[] }[];
      userDefinedMetadata: Record<string, string>;
    };
    const [manifest] = model.weightsManifest;
    expect(manifest?.paths).toEqual([weightsFile]);
    const scalars = manifest!.weights.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    expect(files[0]!.content.length).toBe(4 * scalars);
    expect(model.userDefinedMetadata).toMatchObject({ arm: 'with SE', seed: '7', epoch: '2' });
  });

  it('refuses the checkpoint of the other arm', () => {
    const other = examplePlan('r1').arms[0]!;
    const refused = expect.objectContaining({ code: 'storage/checkpoint' }) as Error;
    expect(() => weightFiles('tfjs', 'model.json', { ...trained, arm: other })).toThrowError(refused);
  });
});
