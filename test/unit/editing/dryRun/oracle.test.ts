/** PyTorch sources are executed by Python, and the dry run must have said the same of them. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { readNetworks } from '../../../../src/core/editing/dryRun/readNetworks';
import { SourceFile } from '../../../../src/core/editing/syntax/sourceFile';
import { PYTHON, torchVersion } from '../../../support/pytorch/torchPython';
import type { Answer, Request } from './oracle';
import { expectSame, realNetworks } from './oracle';

const TIMEOUT_MS = 300_000;

const torch = torchVersion();
const note = torch === undefined ? ` (skipped: ${PYTHON} has no torch)` : ` (torch ${torch})`;

function completeNetworks(path: string | URL, source: string): Request {
  const reports = readNetworks(new SourceFile(readFileSync(path, 'utf8'), 'python'));
  return { source, reports: reports.filter(({ complete }) => complete) };
}

/** Compares all networks of one source; answers how many values were compared in each. */
function compare({ source, reports }: Request, answers: ReadonlyMap<string, Answer[]>): number[] {
  return reports.map((report, index) => expectSame(report, answers.get(source)?.[index]));
}

describe.skipIf(torch === undefined)(`Python makes what the dry run says${note}`, () => {
  const folder = new URL('sources/', import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith('.py') && !/^(keras|flax)/.test(name));
  const requests = names.map((name) =>
    completeNetworks(new URL(name, folder), new URL(name, folder).pathname),
  );
  let answers: ReadonlyMap<string, Answer[]>;
  beforeAll(async () => {
    answers = await realNetworks(requests);
  }, TIMEOUT_MS);

  it.each(requests)('$source', (request) => {
    const compared = compare(request, answers);
    expect(compared.length).toBeGreaterThan(0);
    expect(Math.min(...compared)).toBeGreaterThan(0);
  });
});

/** The folder of the models of torchvision 0.14, or why it cannot be had. */
function torchvisionModels(): { folder: string } | { missing: string } {
  const code = 'import torchvision; print(torchvision.__version__, torchvision.__path__[0])';
  const found = spawnSync(PYTHON, ['-W', 'ignore', '-c', code], { encoding: 'utf8' });
  if (found.status !== 0) return { missing: `${PYTHON} has no torchvision` };
  const [version = '', folder = ''] = found.stdout.trim().split(' ');
  return version.startsWith('0.14')
    ? { folder: `${folder}/models` }
    : { missing: `torchvision ${version}, not 0.14` };
}

const models = torchvisionModels();
const modelsNote = 'missing' in models ? ` (skipped: ${models.missing})` : '';

describe.skipIf('missing' in models)(`torchvision's models${modelsNote}`, () => {
  /** Modules, and how many complete networks each makes. */
  const expected: Readonly<Record<string, number>> = {
    resnet: 10,
    mobilenetv2: 1,
    mobilenetv3: 2,
    densenet: 4,
    shufflenetv2: 4,
    regnet: 15,
    efficientnet: 11,
    mnasnet: 4,
    googlenet: 1,
    vgg: 8,
    inception: 1,
    squeezenet: 2,
    swin_transformer: 6,
  };
  const requests =
    'missing' in models
      ? []
      : Object.keys(expected).map((name) =>
          completeNetworks(`${models.folder}/${name}.py`, `torchvision.models.${name}`),
        );
  let answers: ReadonlyMap<string, Answer[]>;
  beforeAll(async () => {
    answers = await realNetworks(requests);
  }, TIMEOUT_MS);

  it.each(requests)('$source', (request) => {
    const name = request.source.slice(request.source.lastIndexOf('.') + 1);
    expect(request.reports).toHaveLength(expected[name] ?? 0);
    compare(request, answers);
  });
});
