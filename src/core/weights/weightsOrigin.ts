import { CHANNEL_DEVIATION, CHANNEL_MEAN } from '../data/augmentation';

/** Where exported weights come from; goes into the file. */
export interface WeightsOrigin {
  /** Name of the model definition. */
  definition: string;
  /** Legend text of the arm, e.g. "with SE". */
  arm: string;
  seed: number;
  /** Finished epochs. */
  epoch: number;
}

/** Version of what the keys and layouts in our weight files mean. */
const FORMAT_VERSION = '1';

/** The origin as text, and what a user of the weights must know beside them. */
export function describeOrigin({ definition, arm, seed, epoch }: WeightsOrigin): Record<string, string> {
  return {
    generator: 'SE Playground',
    formatVersion: FORMAT_VERSION,
    definition,
    arm,
    seed: String(seed),
    epoch: String(epoch),
    input:
      `RGB, (value / 255 - mean) / deviation, ` +
      `mean ${CHANNEL_MEAN.join(' ')}, deviation ${CHANNEL_DEVIATION.join(' ')}`,
    output: 'logits',
  };
}
