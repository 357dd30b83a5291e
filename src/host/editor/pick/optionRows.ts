/** The rows in which the options of a block are chosen, each with what the paper measured for it (Hu et al., arXiv 1709.01507 v4). */
import { effectiveReduction, extraParameters, hiddenUnits } from '../../../core/codegen/seOptions';
import type { ChannelCount, SeVariant } from '../../../core/editing/insertTypes';
import { SE_VARIANTS } from '../../../core/editing/insertTypes';
import { GATES, SQUEEZES, type Gate, type Squeeze } from '../../../core/model/modelSpec';
import { PAPER_CHOICE, sameOptions, type SeChoice } from '../verbs/seChoice';
import { counted, grouped, type ItemRow, type Row, type RowAction } from './row';

/** Levels of the pick below the first. */
export const OPTION_LEVELS = ['place', 'reduction', 'squeeze', 'gate', 'bias'] as const;
export type OptionLevel = (typeof OPTION_LEVELS)[number];

/** What the percentages and parameters of the rows are of. */
const PAPER = 'From the paper: SE-ResNet-50 on ImageNet';
const TYPED = 'Or type any whole number';

export const LEVEL_TEXT: Readonly<
  Record<OptionLevel, { readonly title: string; readonly placeholder: string }>
> = {
  place: { title: 'Place in the residual unit', placeholder: PAPER },
  reduction: { title: 'Reduction r', placeholder: `${PAPER}. ${TYPED}` },
  squeeze: { title: 'Squeeze', placeholder: PAPER },
  gate: { title: 'Gate', placeholder: PAPER },
  bias: { title: 'Biases', placeholder: 'Biases of the two layers of the excitation' },
};

const SQUEEZE_NAMES: Readonly<Record<Squeeze, string>> = { avg: 'average', max: 'max' };

const PLACE_TEXT: Readonly<Record<SeVariant, readonly [where: string, measured: string]>> = {
  standard: ['end of the residual branch', 'Table 14: 22.28% top-1 error, without SE 23.30%'],
  pre: ['before the residual branch', 'Table 14: 22.23% top-1 error'],
  post: ['after the addition', 'Table 14: 22.78% top-1 error, worse than standard (22.28%)'],
  identity: ['on the shortcut', 'Table 14: 22.20% top-1 error'],
  '3x3': [
    'behind the 3x3 or depthwise convolution',
    'Table 15: 22.48% top-1 error with 25.8M parameters in place of 28.1M',
  ],
};
const REDUCTION_TEXT: ReadonlyMap<number, string> = new Map([
  [2, '22.29% top-1 error, 45.7M parameters'],
  [4, '22.25% top-1 error, 35.7M parameters'],
  [8, '22.26% top-1 error, 30.7M parameters'],
  [16, '22.28% top-1 error, 28.1M parameters: its choice'],
  [32, '22.72% top-1 error, 26.9M parameters'],
]);
const SQUEEZE_TEXT: Readonly<Record<Squeeze, string>> = {
  avg: 'Table 11: 22.28% top-1 error',
  max: 'Table 11: 22.57% top-1 error, worse than average (22.28%)',
};
const GATE_TEXT: Readonly<Record<Gate, string>> = {
  sigmoid: 'Table 12: 22.28% top-1 error',
  'hard-sigmoid': 'MobileNetV3’s gate: sigmoid in straight lines',
  tanh: 'Table 12: 23.00% top-1 error, worse than sigmoid (22.28%)',
  relu: 'Table 12: 23.47% top-1 error, worse than no SE block (23.30%)',
};

/** The first level's entries; `place` is where the block would go, if it is in a residual unit. */
export function optionEntries(choice: SeChoice, place: string): ItemRow<SeChoice>[] {
  const { reduction, squeeze, gate, bias } = choice.options;
  const entry = (label: string, level: OptionLevel, icon: string): ItemRow<SeChoice> => ({
    kind: 'item',
    label: `$(${icon}) ${label}…`,
    action: { kind: 'open', level },
  });
  return [
    entry(`Place: ${place}`, 'place', 'location'),
    entry(`Reduction r: ${reduction}`, 'reduction', 'fold'),
    entry(`Squeeze: ${SQUEEZE_NAMES[squeeze]}`, 'squeeze', 'symbol-operator'),
    entry(`Gate: ${gate}`, 'gate', 'settings'),
    entry(`Biases: ${bias ? 'yes' : 'no'}`, 'bias', 'diff-added'),
  ];
}

/** The way back to the paper's block; nothing where that is the choice. */
export function paperEntry(choice: SeChoice): ItemRow<SeChoice>[] {
  if (sameOptions(choice.options, PAPER_CHOICE.options) && choice.variant === null) return [];
  return [
    {
      kind: 'item',
      label: '$(discard) Back to the paper’s block',
      description: 'r = 16, average, sigmoid, biases',
      action: { kind: 'set', choice: PAPER_CHOICE },
    },
  ];
}

/** Rows of the reductions, with their cost where the channels are a number. `typed` is what stands in the pick's input. */
export function reductionRows(
  choice: SeChoice,
  channels: ChannelCount | null,
  typed: string,
): Row<SeChoice>[] {
  const { options } = choice;
  const own = /^\d{1,4}$/.test(typed.trim()) ? Number(typed.trim()) : 0;
  const all = new Set([...REDUCTION_TEXT.keys(), options.reduction, ...(own > 0 ? [own] : [])]);
  return [...all]
    .sort((one, other) => one - other)
    .map((reduction) => {
      const measured = REDUCTION_TEXT.get(reduction);
      return chosen(`${reduction}`, reduction === options.reduction, {
        description: reductionCost(channels, reduction, options.bias),
        ...(measured !== undefined && { detail: `Table 10: ${measured}` }),
        action: { kind: 'set', choice: { ...choice, options: { ...options, reduction } } },
      });
    });
}

function reductionCost(channels: ChannelCount | null, wished: number, bias: boolean): string {
  if (channels?.kind !== 'number') return '';
  const { value } = channels;
  const reduction = effectiveReduction(value, wished);
  const hidden = hiddenUnits(value, reduction);
  const cost = `${counted(hidden, 'hidden unit')}, +${grouped(extraParameters(value, hidden, bias))} parameters`;
  return reduction === wished ? cost : `becomes r = ${reduction} here: ${cost}`;
}

export function squeezeRows(choice: SeChoice): Row<SeChoice>[] {
  return SQUEEZES.map((squeeze) =>
    chosen(SQUEEZE_NAMES[squeeze], squeeze === choice.options.squeeze, {
      detail: SQUEEZE_TEXT[squeeze],
      action: { kind: 'set', choice: { ...choice, options: { ...choice.options, squeeze } } },
    }),
  );
}

export function gateRows(choice: SeChoice): Row<SeChoice>[] {
  return GATES.map((gate) =>
    chosen(gate, gate === choice.options.gate, {
      detail: GATE_TEXT[gate],
      action: { kind: 'set', choice: { ...choice, options: { ...choice.options, gate } } },
    }),
  );
}

export function biasRows(choice: SeChoice): Row<SeChoice>[] {
  return [true, false].map((bias) =>
    chosen(bias ? 'With biases' : 'Without biases', bias === choice.options.bias, {
      detail: bias ? 'As in the authors’ models' : 'As in the paper’s ablations (Tables 10 to 16)',
      action: { kind: 'set', choice: { ...choice, options: { ...choice.options, bias } } },
    }),
  );
}

/**
 * Rows of the places in a residual unit. `refusals` holds why a place cannot be had here: it is listed all the same. `current` is the place of
 * the block as it stands in the preview. `open` names the row that leaves the place open, e.g. to keep that of a block; null: there is none.
 */
export function placeRows(
  choice: SeChoice,
  current: SeVariant | null,
  refusals: ReadonlyMap<SeVariant, string>,
  open: string | null,
): Row<SeChoice>[] {
  const checked = open === null ? (choice.variant ?? current) : choice.variant;
  const rows = SE_VARIANTS.map((variant): Row<SeChoice> => {
    const [where, measured] = PLACE_TEXT[variant];
    const refusal = refusals.get(variant);
    if (refusal !== undefined)
      return {
        kind: 'item',
        label: `$(circle-slash) ${variant}`,
        description: where,
        detail: refusal,
        action: { kind: 'none' },
      };
    return chosen(variant, variant === checked, {
      description: where,
      detail: measured,
      action: { kind: 'set', choice: { ...choice, variant } },
    });
  });
  if (open === null) return rows;
  const action = { kind: 'set', choice: { ...choice, variant: null } } as const;
  return [chosen(open, checked === null, { action }), ...rows];
}

interface Rest {
  readonly description?: string;
  readonly detail?: string;
  readonly action: RowAction<SeChoice>;
}

function chosen(label: string, current: boolean, rest: Rest): ItemRow<SeChoice> {
  return { kind: 'item', label: `$(${current ? 'check' : 'blank'}) ${label}`, current, ...rest };
}
