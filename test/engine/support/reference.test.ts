import { describe, expect, it } from 'vitest';
import { GATES, PLACES, SQUEEZES } from '../../../src/core/model/modelSpec';
import { randomValues, smallGraph } from './smallNetwork';
import { randomArray } from './randomArray';
import { referenceCrossEntropy } from './referenceCrossEntropy';
import { referenceForward, referenceGradients } from './referenceNetwork';

// The references judge the engine, so they are judged themselves, by central differences of their own loss.
describe('float64 references', () => {
  const cases = [
    ...GATES.map((gate) => ({ gate, squeeze: 'avg', place: 'standard', bias: true }) as const),
    ...SQUEEZES.map((squeeze) => ({ gate: 'sigmoid', squeeze, place: 'standard', bias: false }) as const),
    ...PLACES.map((place) => ({ gate: 'sigmoid', squeeze: 'avg', place, bias: true }) as const),
  ].map((se) => ({ se, size: 8 }));
  it.each([...cases, { se: {}, size: 19, stem: 'imagenet' } as const])(
    'gradients agree with finite differences: %o',
    (options) => {
      const graph = smallGraph({ width: 4, ...options });
      const { size } = options;
      const values = randomValues(graph, 8);
      const images = {
        shape: [2, size, size, 3] as const,
        data: randomArray(2 * size * size * 3, 7, 'images'),
      };
      const lossOf = () => {
        const logits = referenceForward(graph, values, images, true).outputs.get('fc')!;
        return referenceCrossEntropy(logits.data, [1, 2], 0.1).loss;
      };
      const { gradients } = referenceGradients(graph, values, images, [1, 2], 0.1);
      for (const [name, gradient] of gradients) {
        const value = values.get(name)!;
        const index = gradient.length >> 1;
        const kept = value[index]!;
        const step = 1e-6;
        value[index] = kept + step;
        const above = lossOf();
        value[index] = kept - step;
        const below = lossOf();
        value[index] = kept;
        const scale = Math.max(...gradient.map(Math.abs));
        expect(scale, name).toBeGreaterThan(0);
        expect(Math.abs((above - below) / (2 * step) - gradient[index]!) / scale, name).toBeLessThan(1e-5);
      }
    },
  );
});
