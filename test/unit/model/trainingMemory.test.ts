import { describe, expect, it } from 'vitest';
import { compileModel } from '../../../src/core/model/compileModel';
import { parameterCount } from '../../../src/core/model/graph';
import {
  checkpointBytes,
  largestBatch,
  trainingBytes,
  WASM_MEMORY_BYTES,
} from '../../../src/core/model/trainingMemory';
import { trainingObstacles } from '../../../src/core/model/trainingObstacle';
import { specOf } from './definitionFixture';

const graphOf = (...args: Parameters<typeof specOf>) => compileModel(specOf(...args));
const se = { reduction: 16 };
const wide = { backbone: { depth: 152, width: 128 } } as const;

describe('trainingBytes', () => {
  it.each([
    // Megabytes of the WASM heap after three steps with SGD, measured.
    [18, 16, 463],
    [18, 64, 756],
    [34, 64, 1024],
    [50, 32, 1468],
    [50, 64, 2392],
    [50, 112, 3897],
    [152, 16, 1918],
    [20, 64, 144],
  ] as const)(
    'of SE-ResNet-%i with a batch of %i is within a fifth of the %i MB that were measured',
    (depth, batch, megabytes) => {
      const ratio = trainingBytes(graphOf(depth, se), 'sgd', batch) / 2 ** 20 / megabytes;
      expect(ratio).toBeGreaterThan(0.8);
      expect(ratio).toBeLessThan(1.2);
    },
  );

  it('counts the blocks that are not computed with their unit', () => {
    const bytes = (options: object) => trainingBytes(graphOf(18, { ...se, ...options }), 'sgd', 64);
    expect(bytes({ place: 'post' })).toBeGreaterThan(1.1 * bytes({}));
    expect(bytes({ squeeze: 'max' })).toBeGreaterThan(1.1 * bytes({}));
  });
});

describe('largestBatch', () => {
  it('is the largest that fits', () => {
    for (const optimizer of ['sgd', 'adam'] as const) {
      const graph = graphOf(101, se);
      const batch = largestBatch(graph, optimizer);
      expect(trainingBytes(graph, optimizer, batch)).toBeLessThanOrEqual(WASM_MEMORY_BYTES);
      expect(trainingBytes(graph, optimizer, batch + 1)).toBeGreaterThan(WASM_MEMORY_BYTES);
    }
  });

  it('is 0 where the weights alone are too much', () => {
    expect(largestBatch(graphOf(152, 'none', wide), 'adam')).toBe(0);
  });
});

describe('a model too large for a checkpoint', () => {
  it('is not trained', () => {
    const graph = graphOf(152, 'none', wide);
    expect(checkpointBytes(graph, 'sgd')).toBe(8 * parameterCount(graph));
    expect(trainingObstacles(specOf(152, 'none', wide))).toMatchObject([{ path: ['backbone', 'width'] }]);
    expect(trainingObstacles(specOf(152))).toEqual([]);
  });
});
