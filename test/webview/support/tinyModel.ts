import * as v from 'valibot';
import { modelSpecSchema } from '../../../src/core/model/modelSpec';
import type { PanelState } from '../../../src/protocol/hostUiContract';

/** Validation images of the tiny model. */
export const TINY_VALIDATION = 200;
const IMAGES = 600 + TINY_VALIDATION;

/** SE-ResNet-8 with 4, 8 and 16 channels on generated images: real workers train it in seconds. */
const TINY = v.parse(modelSpecSchema, {
  version: 1,
  name: 'tiny',
  backbone: { depth: 8, width: 4 },
  training: {
    dataset: 'synthetic',
    subset: IMAGES,
    validationSplit: TINY_VALIDATION / IMAGES,
    batch: 20,
    epochs: 2,
    learningRate: 0.05,
    warmupEpochs: 0,
  },
});

/** What a panel has to be opened with for it. */
export const TINY_MODEL: Partial<PanelState> = {
  models: [{ reference: 'preset:tiny', label: 'tiny', description: 'For tests.', spec: TINY }],
  selected: 'preset:tiny',
};
