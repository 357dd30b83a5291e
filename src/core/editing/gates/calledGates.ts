/** The SE blocks of a network that is made of calls, as in Keras and TensorFlow.js. */
import type { BlockInstance, NetworkReport } from '../dryRun/readNetworks';
import { keyOf } from '../dryRun/values/equality';
import { Dict, Instance } from '../dryRun/values/values';
import type { FileGates } from './fileGates';
import type { NetworkGate } from './gateNetwork';

/** Layers of the file where it has any, else calls of its functions; in the order in which they are made. */
export function calledGates({ blocks }: NetworkReport, file: FileGates): NetworkGate[] {
  const layers = blocks.filter(({ made }) => made instanceof Instance && file.isBlock(made));
  const calls = blocks.filter(
    ({ made, origins }) => !(made instanceof Instance) && file.isFunction(origins[0] ?? -1),
  );
  return (layers.length > 0 ? layers : calls).map((block) => ({
    path: nameOf(block),
    span: block.made instanceof Instance ? block.made.madeAt : block.made.calledAt,
    channels: null,
    stage: block.stage.path,
  }));
}

/** The name that the layer was given: `name="layer1_0_se"`, also in `**kwargs`; `{ name: 'layer1.0.se' }`. Empty where it has none. */
function nameOf({ made }: BlockInstance): string {
  if (!(made instanceof Instance)) return '';
  for (const { scope } of made.constructions) {
    for (const [parameter, value] of scope.values) {
      const given = value instanceof Dict ? value.entries.get(keyOf('name') ?? '')?.value : value;
      if ((value instanceof Dict || parameter === 'name') && typeof given === 'string') return given;
    }
  }
  return '';
}
