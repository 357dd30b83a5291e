import { describe, expect, it } from 'vitest';
import { compileModel } from '../../../src/core/model/compileModel';
import { anchorBlocks } from '../../../src/core/model/definitionAnchors';
import { specOf } from './definitionFixture';

/** [block, text at its anchor, line of its anchor] */
function anchorsIn(text: string, graph = compileModel(specOf(8, {}))) {
  return anchorBlocks(text, graph).map(({ block, offset, length }) => [
    block,
    text.slice(offset, offset + length),
    text.slice(0, offset).split('\n').length,
  ]);
}

describe('anchorBlocks', () => {
  it('anchors each block at the number of its stage', () => {
    const text = '{\n "backbone": { "depth": 8 },\n "se": {\n  "stages": [\n   1,\n   2,\n   3\n  ]\n }\n}';
    expect(anchorsIn(text)).toEqual([
      ['layer1.0.se', '1', 5],
      ['layer2.0.se', '2', 6],
      ['layer3.0.se', '3', 7],
    ]);
  });

  it('anchors the blocks of a fourth stage', () => {
    const found = anchorsIn('{ "se": { "stages": [1, 4] } }', compileModel(specOf(18, { stages: [1, 4] })));
    expect(found.map(([block, at]) => [block, at])).toEqual([
      ['layer1.0.se', '1'],
      ['layer1.1.se', '1'],
      ['layer4.0.se', '4'],
      ['layer4.1.se', '4'],
    ]);
  });

  it('anchors all blocks at "se" where no stages are listed', () => {
    const text = '{\n "se": {\n  "reduction": 4\n }\n}';
    expect(anchorsIn(text)).toEqual([
      ['layer1.0.se', '"se"', 2],
      ['layer2.0.se', '"se"', 2],
      ['layer3.0.se', '"se"', 2],
    ]);
    expect(anchorsIn('{ "se": "none" }')).toHaveLength(3);
  });

  it('anchors at "backbone" where SE is there by default', () => {
    expect(anchorsIn('{\n\n "backbone": { "depth": 8 }\n}')[0]).toEqual(['layer1.0.se', '"backbone"', 3]);
  });

  it('anchors a stage that the text does not list (any more) at "se"', () => {
    expect(anchorsIn('{ "se": { "stages": [2] } }').map(([, at]) => at)).toEqual(['"se"', '2', '"se"']);
  });

  it('has every block of a deep net in network order', () => {
    const graph = compileModel(specOf(20, { stages: [2, 3] }));
    const found = anchorsIn('{ "se": { "stages": [3, 2] } }', graph);
    expect(found.map(([block]) => block)).toEqual(graph.blocks.map((block) => block.id));
    expect(found.map(([, at]) => at)).toEqual(['2', '2', '2', '3', '3', '3']);
  });

  it.each(['', '{', '[1]', '3', '{ "se" }', '{ "se": { "stages": 3 } }', '['.repeat(9999)])(
    'does not mind %j while it is being typed',
    (text) => {
      for (const { offset, length } of anchorBlocks(text, compileModel(specOf(8, {})))) {
        expect(offset + length).toBeLessThanOrEqual(text.length);
      }
    },
  );
});
