import { describe, expect, it } from 'vitest';
import { planSteps } from '../../../webview/engine/network/planSteps';
import { smallGraph } from '../support/smallNetwork';

describe('planSteps', () => {
  it('joins nothing across the max pool, and whole blocks on either side of it', () => {
    const graph = smallGraph({ se: {}, width: 4, size: 64, depth: 50 });
    const steps = planSteps(graph);
    const summary = steps.map(({ chain, inputs, output }) => [
      inputs.join(),
      output,
      chain?.links.length ?? 0,
    ]);
    expect(summary.slice(0, 5)).toEqual([
      ['', 'input', 0],
      ['input', 'relu1', 1],
      ['relu1', 'maxpool', 0],
      ['maxpool', 'layer1.0.relu', 3],
      ['layer1.0.relu', 'layer1.1.relu', 3],
    ]);
    // Input, stem, pool, 3 + 4 + 6 + 3 units, mean, dense layer.
    expect(steps).toHaveLength(3 + 16 + 2);
    expect(steps.flatMap(({ nodes }) => nodes)).toHaveLength(graph.nodes.length);
  });
});
