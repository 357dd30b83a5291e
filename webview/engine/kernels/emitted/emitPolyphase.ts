import { FLOAT } from './convGeometry';
import type { PolyphasePlan } from './polyphasePlan';
import { PolyphaseRun } from './polyphaseRun';
import type { FunctionEncoder } from './wasmEncoder';

/** forward(images, weights, output, scratch, count); weights: MATRICES times what `packedFloats(I, O)` describes. */
export function emitPolyphaseForward(plan: PolyphasePlan, relaxed: boolean): FunctionEncoder {
  const run = new PolyphaseRun('forward', plan, relaxed);
  const { f, geometry: g } = run;
  const [images, weights, output, scratch] = run.parameters;
  run.inGroups((group) => {
    const [inputs, products] = run.slabs(group, g.inChannels, g.outChannels, plan.paddedInput, scratch);
    f.touch(output, group * g.outHeight * g.outWidth * g.outChannels * FLOAT);
    run.transformInputs(group, images, scratch, inputs);
    run.multiply(inputs, weights, products);
    run.transformProducts(group, products, output);
  });
  return f;
}

/** inputGradient(outputGradients, weights, inputGradients, scratch, count); weights as in `forward`, with the channels exchanged. */
export function emitPolyphaseInputGradient(plan: PolyphasePlan, relaxed: boolean): FunctionEncoder {
  const run = new PolyphaseRun('inputGradient', plan, relaxed);
  const { f, geometry: g } = run;
  const [gradients, weights, output, scratch] = run.parameters;
  run.inGroups((group) => {
    const [inputs, products] = run.slabs(group, g.outChannels, g.inChannels, plan.paddedGradient, scratch);
    f.touch(output, group * g.inHeight * g.inWidth * g.inChannels * FLOAT);
    run.transformPaddedGradients(group, gradients, scratch, inputs);
    run.multiply(inputs, weights, products);
    run.spreadProducts(group, products, output);
  });
  return f;
}

/** filterGradient(images, outputGradients, sums, scratch, count): adds the products of every tile to sums [MATRICES, I, O]. */
export function emitPolyphaseFilterGradient(plan: PolyphasePlan, relaxed: boolean): FunctionEncoder {
  const run = new PolyphaseRun('filterGradient', plan, relaxed);
  const { geometry: g } = run;
  const [images, gradients, sums, scratch] = run.parameters;
  run.inGroups((group) => {
    const [inputs, outputs] = run.slabs(group, g.inChannels, g.outChannels, plan.paddedInput, scratch);
    run.transformInputs(group, images, scratch, inputs);
    run.transformGradients(group, gradients, outputs);
    run.accumulate(inputs, outputs, sums);
  });
  return run.f;
}
