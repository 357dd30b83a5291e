/** The SE blocks of a network that is made of calls, as in Keras and TensorFlow.js. */
import type { BlockInstance, NetworkReport } from '../dryRun/readNetworks';
import { keyOf } from '../dryRun/values/equality';
import type { Trail } from '../dryRun/values/values';
import { Dict, Instance } from '../dryRun/values/values';
import type { Span } from '../syntax/ast';
import type { FileGates } from './fileGates';
import { NetworkGate } from './networkGate';

/**
 * In the order in which they are made: layers of the file where it has any, else those of other files, else calls of the file's functions,
 * else blocks written out in functions.
 */
export function calledGates({ blocks, imported }: NetworkReport, file: FileGates): NetworkGate[] {
  const around = callAround(blocks);
  const gate = (path: string, span: Span | null, stage: string, trail: Trail | null): NetworkGate => {
    return new NetworkGate(path, span, stage, () => {
      const owner = around(trail);
      return owner && span ? file.channelsOf(owner, span) : null;
    });
  };
  const layers = blocks.flatMap((block) => {
    const { made, stage } = block;
    if (!(made instanceof Instance) || !file.isBlock(made)) return [];
    return [gate(nameOf(made), made.madeAt, stage.path, made.trail)];
  });
  if (layers.length > 0) return layers;
  if (imported.length > 0)
    return imported.map(({ call: { made, trail }, stage }) => gate('', made.madeAt, stage.path, trail));
  const calls = blocks.flatMap(({ made, stage, origins: [from] }) =>
    made instanceof Instance || from === undefined || !file.isFunction(from)
      ? []
      : [gate('', made.calledAt, stage.path, made.trail?.parent ?? null)],
  );
  if (calls.length > 0) return calls;
  return blocks.flatMap((block) =>
    file
      .inlineBlocks(block)
      .map(({ span, channels }) => new NetworkGate('', span, block.stage.path, channels)),
  );
}

/** Finds the innermost call of a function of the file in which something was made. */
function callAround(blocks: readonly BlockInstance[]): (trail: Trail | null) => BlockInstance | null {
  const byTrail = new Map<Trail, BlockInstance>();
  for (const block of blocks) {
    const { made } = block;
    if (!(made instanceof Instance) && made.trail) byTrail.set(made.trail, block);
  }
  return (trail) => {
    for (let at = trail; at; at = at.parent) {
      const block = byTrail.get(at);
      if (block) return block;
    }
    return null;
  };
}

/** The name that the layer was given: `name="layer1_0_se"`, also in `**kwargs`; `{ name: 'layer1.0.se' }`. Empty where it has none. */
function nameOf({ constructions }: Instance): string {
  for (const { scope } of constructions) {
    for (const [parameter, value] of scope.values) {
      const given = value instanceof Dict ? value.entries.get(keyOf('name') ?? '')?.value : value;
      if ((value instanceof Dict || parameter === 'name') && typeof given === 'string') return given;
    }
  }
  return '';
}
