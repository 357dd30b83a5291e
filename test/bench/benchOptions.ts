import { FULL_PLAN, QUICK_PLAN, SECTIONS, type BenchPlan, type Section } from './benchPlan';

export interface BenchOptions {
  plan: BenchPlan;
  /** File that gets the JSON too. */
  jsonFile?: string;
}

export const USAGE = `npm run bench [-- OPTIONS]
  --quick           fewer repetitions; rows and parts only
  --only A,B        sections: ${SECTIONS.join(', ')}
  --json FILE       write the JSON there too`;

/**
 * Reads the command line.
 *
 * @throws Error with the usage if it cannot be understood
 */
export function readOptions(args: readonly string[]): BenchOptions {
  let plan: BenchPlan = args.includes('--quick') ? QUICK_PLAN : FULL_PLAN;
  let jsonFile: string | undefined;
  for (let index = 0; index < args.length; index++) {
    const option = args[index]!;
    if (option === '--quick') continue;
    const value = args[++index];
    if (value === undefined) throw misunderstood(option);
    if (option === '--only') plan = { ...plan, sections: value.split(',').map(sectionOf) };
    else if (option === '--json') jsonFile = value;
    else throw misunderstood(option);
  }
  return jsonFile === undefined ? { plan } : { plan, jsonFile };
}

function sectionOf(name: string): Section {
  const section = SECTIONS.find((candidate) => candidate === name);
  if (!section) throw misunderstood(`--only ${name}`);
  return section;
}

function misunderstood(what: string): Error {
  return new Error(`"${what}" is not understood.\n${USAGE}`);
}
