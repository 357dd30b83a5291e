/** Compares what a dry run says of a PyTorch source with what Python makes of it. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import type { BlockInstance, NetworkReport } from '../../../../src/core/editing/dryRun/readNetworks';
import { PYTHON } from '../../../support/pytorch/torchPython';

interface RealModule {
  class: string;
  path: string;
  /** By the class whose constructor it is. */
  locals: Record<string, Record<string, unknown>>;
  attributes: Record<string, unknown>;
}

export type Answer = { modules: RealModule[] } | { error: string };

export interface Request {
  /** Path of a file, or dotted name of a module. */
  source: string;
  reports: readonly NetworkReport[];
}

/**
 * Has Python make the networks; answers by source, in the order of the reports.
 *
 * @throws Error with Python's own words if it fails
 */
export async function realNetworks(requests: readonly Request[]): Promise<Map<string, Answer[]>> {
  const questions = requests.map(({ source, reports }) => ({
    source,
    entries: reports.map(({ entry }) => (entry.includes('(') ? entry : `${entry}()`)),
  }));
  // -B: no folder of compiled Python among the sources.
  const python = spawn(PYTHON, ['-B', new URL('oracle.py', import.meta.url).pathname]);
  python.stdin.end(JSON.stringify(questions));
  const [answer, complaint] = await Promise.all([text(python.stdout), text(python.stderr)]);
  if (answer === '') throw new Error(`PyTorch failed: ${complaint}`);
  const answers = JSON.parse(answer) as Answer[][];
  return new Map(requests.map(({ source }, index) => [source, answers[index] ?? []]));
}

/** Expects the same modules in the same order, and every value that the dry run knows to be the real one. Answers how many those are. */
export function expectSame(report: NetworkReport, answer: Answer | undefined): number {
  const modules = answer && 'modules' in answer ? answer.modules : null;
  if (!modules) throw new Error(`Python cannot make ${report.entry}: ${JSON.stringify(answer)}`);
  const blocks = report.blocks.filter(({ kind }) => kind === 'module');
  expect(blocks.map(({ className, path }) => `${path}: ${className}`)).toEqual(
    modules.map((module) => `${module.path}: ${module.class}`),
  );
  let compared = 0;
  for (const [index, block] of blocks.entries()) {
    const { known, real } = valuesOf(block, modules[index]);
    for (const [name, value] of Object.entries(known)) known[name] = likePython(value, real[name]);
    expect(known, `${report.entry} ${block.path}`).toEqual(
      Object.fromEntries(Object.keys(known).map((name) => [name, real[name]])),
    );
    compared += Object.keys(known).length;
  }
  return compared;
}

/** Of the constructor that the class wrote or inherits, and attributes. What PyTorch itself sets is not compared. */
function valuesOf(
  block: BlockInstance,
  module: RealModule | undefined,
): { known: Record<string, unknown>; real: Record<string, unknown> } {
  const owner = block.lineage.find((name) => module?.locals[name]) ?? '';
  const real: Record<string, unknown> = { ...module?.locals[owner] };
  for (const [name, value] of Object.entries(module?.attributes ?? {})) real[`self.${name}`] = value;
  const known: Record<string, unknown> = {};
  for (const [name, value] of block.env) {
    // Of a copy Python has run no constructor.
    const isComparable = name.startsWith('self.') ? name in real : owner !== '';
    if (isComparable) known[name] = value;
  }
  return { known, real };
}

/** A dry run's env does not tell whole floats from ints, nor True from 1. */
function likePython(value: unknown, real: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(real))
    return value.map((item, index) => likePython(item, real[index]));
  if (typeof value === 'number' && typeof real === 'boolean')
    return value === 1 ? true : value === 0 ? false : value;
  const isClose =
    typeof value === 'number' && typeof real === 'number' && Math.abs(value - real) <= 1e-12 * Math.abs(real);
  return isClose ? real : value;
}
