import type { ModelSpec } from '../../model/modelSpec';
import { flaxModel } from './flax/flaxModel';
import type { GeneratedSource } from './generatedSource';
import { kerasModel } from './keras/kerasModel';
import { pytorchModel } from './pytorch/pytorchModel';
import { requireResNet } from './requireResNet';
import { tfjsModel } from './tfjs/tfjsModel';

export const MODEL_FRAMEWORKS = ['pytorch', 'keras', 'tfjs', 'tfjs-ts', 'flax'] as const;
/** `tfjs` is a JavaScript module, `tfjs-ts` the same in TypeScript. */
export type ModelFramework = (typeof MODEL_FRAMEWORKS)[number];

/**
 * A definition as source that runs: the network alone, in one file.
 *
 * @throws PlaygroundError `spec/no-source` for networks that no generator knows
 */
export function generateModel(spec: ModelSpec, framework: ModelFramework): GeneratedSource {
  requireResNet(spec);
  switch (framework) {
    case 'pytorch':
      return pytorchModel(spec);
    case 'keras':
      return kerasModel(spec);
    case 'tfjs':
      return tfjsModel(spec, false);
    case 'tfjs-ts':
      return tfjsModel(spec, true);
    case 'flax':
      return flaxModel(spec);
  }
}
