import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parser as pythonParser } from '@lezer/python';
import { findSites } from '../../../src/core/editing/findSites';
import { planConvert } from '../../../src/core/editing/planConvert';
import { planInsert } from '../../../src/core/editing/planInsert';
import type { BenchResult } from '../benchResult';
import type { BenchScene } from '../benchScene';

const LINES = 5000;
const WARM_UP = 10;
const REPETITIONS = 21;

/** What the insert command takes on one long PyTorch file: the sample sources one after another until there are 5,000 lines. */
export async function measureEditing({ root, say }: BenchScene): Promise<BenchResult['editing']> {
  const text = longFile(join(root, 'test', 'support', 'samples', 'sources'));
  const request = { text, language: 'python', framework: 'pytorch' } as const;
  const options = { reduction: 16, squeeze: 'avg', gate: 'sigmoid', bias: true } as const;
  const { sites } = findSites(request);
  const [site] = sites;
  if (!site) throw new Error('The sample sources have no site.');
  say(`editing: ${text.split('\n').length} lines, ${sites.length} sites`);
  return {
    lines: text.split('\n').length,
    parse_ms: medianMs(() => pythonParser.parse(text)),
    find_sites_ms: medianMs((round) => findSites({ ...request, text: typed(text, round) })),
    insert_ms: medianMs((round) =>
      planInsert({ ...request, text: typed(text, round), options, offset: site.offset }),
    ),
    convert_ms: medianMs((round) =>
      planConvert({ ...request, text: typed(text, round), options, scope: { kind: 'file' } }),
    ),
  };
}

/** The file as it is after some keys in its middle, another each round: what is measured is what a user at work waits for. */
function typed(text: string, round: number): string {
  const middle = text.indexOf('\n', text.length / 2) + 1;
  return `${text.slice(0, middle)}# key ${round}\n${text.slice(middle)}`;
}

function longFile(folder: string): string {
  const sources = readdirSync(folder)
    .filter((name) => name.endsWith('.py'))
    .map((name) => readFileSync(join(folder, name), 'utf8').replace(/\r\n/g, '\n'))
    .filter((source) => /^(import|from) torch\b/m.test(source));
  let text = '';
  for (let index = 0; text.split('\n').length < LINES; index++)
    text += `${sources[index % sources.length]}\n`;
  return text;
}

function medianMs(work: (round: number) => unknown): number {
  const times: number[] = [];
  for (let round = 0; round < WARM_UP + REPETITIONS; round++) {
    const startedAtMs = performance.now();
    work(round);
    if (round >= WARM_UP) times.push(performance.now() - startedAtMs);
  }
  return times.sort((a, b) => a - b)[REPETITIONS >> 1]!;
}
