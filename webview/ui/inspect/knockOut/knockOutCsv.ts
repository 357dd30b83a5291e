import type { Baseline } from '../inspection';
import type { Findings } from './bench';

const HEADS = [
  'run',
  'model',
  'kind',
  'what',
  'blocks',
  'channels',
  'clamped_to',
  'accuracy',
  'accuracy_change',
  'loss',
  'became_wrong',
  'became_right',
  'p_value',
];

/** All findings as RFC 4180 text, with the model as it was trained in the first row. Accuracies are fractions. */
export function knockOutCsv(
  about: { run: string; model: string },
  { results, sweep }: Findings,
  baseline: Baseline,
): string {
  const { run, model } = about;
  // Without what the subtraction of two fractions leaves in the sixteenth decimal.
  const change = (accuracy: number) => Number((accuracy - baseline.accuracy).toFixed(10));
  const rows: (string | number)[][] = [
    [run, model, 'baseline', 'as trained', '', '', '', baseline.accuracy, 0, baseline.loss, 0, 0, 1],
    ...results.map(({ what, edits, to, accuracy, loss, changes }) => {
      const blocks = edits.map(({ block }) => block).join(' ');
      const channels = edits[0]?.channels?.join(' ') ?? 'all';
      const { becameWrong, becameRight, pValue } = changes;
      const numbers = [accuracy, change(accuracy), loss, becameWrong, becameRight, pValue];
      return [run, model, 'knock-out', what, blocks, channels, to, ...numbers];
    }),
    ...(sweep?.channels ?? []).map(({ channel, accuracy, loss }) => {
      const { block = '', to = '' } = sweep ?? {};
      const what = `${block}, channel ${channel}`;
      return [run, model, 'sweep', what, block, channel, to, accuracy, change(accuracy), loss, '', '', ''];
    }),
  ];
  return [HEADS, ...rows].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n';
}

function cell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
