/** Models in PyTorch, recorded by the generated recorder: each lights up the lines of its own source that Python says it was made on. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateRecorder } from '../../../../src/core/codegen/recorder/generateRecorder';
import { applyEdits } from '../../../../src/core/editing/editWriter';
import { planConvert } from '../../../../src/core/editing/planConvert';
import type { GateMatch, GatePlacement, KnownFile } from '../../../../src/core/editing/gates/gateMatch';
import { fingerprintText } from '../../../../src/core/editing/gates/fingerprintText';
import { GateSource, placeGates } from '../../../../src/core/editing/gates/placeGates';
import type { ExcitationTrace } from '../../../../src/core/excitation/trace';
import { decodeTrace } from '../../../../src/core/excitation/traceFile';
import { PYTHON, torchVersion } from '../../../support/pytorch/torchPython';

const TORCH = torchVersion() !== undefined;
const NOTE = TORCH ? '' : ` (SKIPPED: no torch in ${PYTHON})`;
const TORCHVISION =
  existsSync(PYTHON) && spawnSync(PYTHON, ['-c', 'import torchvision'], { encoding: 'utf8' }).status === 0;
const VISION_NOTE = TORCHVISION ? '' : ` (SKIPPED: no torchvision in ${PYTHON})`;

interface Request {
  source: string;
  make: string;
  size?: number;
  blocks?: string[];
}
interface Recorded {
  path: string;
  source: string;
  /** Line numbers from 1, the innermost last. */
  lines: Record<string, number[]>;
}

const folder = mkdtempSync(path.join(tmpdir(), 'gates-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Not `spawnSync`: vitest wants to hear from its worker, and PyTorch takes its time on a busy machine. */
async function record(models: readonly Request[]): Promise<Recorded[]> {
  const child = spawn(PYTHON, ['-B', path.join(import.meta.dirname, 'recordModels.py')]);
  child.stdin.end(JSON.stringify({ recorder: generateRecorder().text, folder, models }));
  const [output, complaints, [status]] = await Promise.all([
    readText(child.stdout),
    readText(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  if (status !== 0) throw new Error(complaints);
  return JSON.parse(output) as Recorded[];
}
const PATIENCE_MS = 240_000;

const source = (name: string) => path.join(import.meta.dirname, 'sources', name);

interface Matched {
  recorded: Recorded;
  trace: ExcitationTrace;
  text: string;
  match: GateMatch;
}

/** Without what the recording says of its code: paths and channels must do. */
function matched(recorded: Recorded, known?: Partial<KnownFile>): Matched {
  const text = readFileSync(recorded.source, 'utf8');
  const { code: _, ...trace } = decodeTrace(readFileSync(recorded.path, 'utf8'));
  const file = { fileName: 'other.py', fingerprint: 'sha256:0', ...known };
  return { recorded, trace, text, match: placeGates(new GateSource(text, 'python'), trace, file) };
}

/** Every block is at a place that holds the line on which Python made it, or the call of the helper that did. */
function expectPlaces({ recorded: { lines }, text, trace }: Matched, placement: GatePlacement): void {
  const lineOf = (offset: number) => text.slice(0, offset).split('\n').length;
  expect(placement.missing).toEqual([]);
  const placed = placement.sites.flatMap(({ blocks }) => blocks);
  expect([...placed].sort()).toEqual(trace.blocks.map(({ block }) => block).sort());
  for (const { span, blocks } of placement.sites) {
    for (const block of blocks) {
      const innermost = lines[block]?.slice(-2) ?? [];
      const holds = innermost.some((line) => lineOf(span.from) <= line && line <= lineOf(span.to));
      expect(holds, `${block} was made on line ${innermost.join(' or ')}, not ${lineOf(span.from)}`).toBe(
        true,
      );
    }
  }
}

function certain({ match }: Matched): GatePlacement {
  if (match.kind !== 'certain') throw new Error(`${match.kind}: ${JSON.stringify(match).slice(0, 500)}`);
  return match.placement;
}

describe.skipIf(!TORCH)(`recordings of models in PyTorch${NOTE}`, () => {
  const MODELS: Record<string, Request & { network: string; sites: number }> = {
    'a ResNet of bottlenecks': {
      source: 'seResnet.py',
      make: 'se_resnet50()',
      network: 'se_resnet50',
      sites: 1,
    },
    'a ResNet of basic blocks': {
      source: 'seResnet.py',
      make: 'se_resnet34()',
      network: 'se_resnet34',
      sites: 1,
    },
    'a network with its switch on': {
      source: 'seResnet.py',
      make: 'resnet50(use_se=True)',
      network: 'se_resnet50',
      sites: 1,
    },
    DataParallel: {
      source: 'seResnet.py',
      make: 'nn.DataParallel(se_resnet18())',
      network: 'se_resnet18',
      sites: 1,
    },
    'a wrapper': {
      source: 'seResnet.py',
      make: 'nn.Sequential(nn.Sequential(se_resnet18()), nn.ReLU())',
      network: 'se_resnet18',
      sites: 1,
    },
    'a network used twice': {
      source: 'seResnet.py',
      make: 'nn.Sequential(se_resnet18(16 * 16 * 3), nn.Unflatten(1, (3, 16, 16)), se_resnet18())',
      network: 'se_resnet18',
      sites: 1,
    },
    'blocks of other names, from a helper, and chains': {
      source: 'attentionNet.py',
      make: 'Net()',
      network: 'Net',
      sites: 3,
    },
    'activations inside blocks': {
      source: 'seResnet.py',
      make: 'se_resnet18()',
      blocks: [1, 2, 3, 4].flatMap((layer) => [0, 1].map((unit) => `layer${layer}.${unit}.se.fc.3`)),
      network: 'se_resnet18',
      sites: 1,
    },
  };
  let recorded: Recorded[];
  beforeAll(async () => {
    recorded = await record(
      Object.values(MODELS).map((model) => ({ ...model, source: source(model.source) })),
    );
  }, PATIENCE_MS);

  it.each(Object.keys(MODELS))('light up its source: %s', (name) => {
    const index = Object.keys(MODELS).indexOf(name);
    const result = matched(recorded[index]!);
    const placement = certain(result);
    expectPlaces(result, placement);
    expect(placement.network).toBe(MODELS[name]!.network);
    expect(placement.sites).toHaveLength(MODELS[name]!.sites);
  });

  it('say which text they are of, as fingerprintText does', () => {
    const { code } = decodeTrace(readFileSync(recorded[0]!.path, 'utf8'));
    const text = readFileSync(recorded[0]!.source, 'utf8');
    const withOtherEnds = `\uFEFF${text.replaceAll('\n', '\r\n')}`;
    const digest = createHash('sha256').update(fingerprintText(withOtherEnds)).digest('hex');
    expect(code).toEqual([{ file: 'seResnet.py', fingerprint: `sha256:${digest}` }]);
  });
});

describe.skipIf(!TORCH)(`networks after Insert SE Block${NOTE}`, () => {
  const OPTIONS = { reduction: 4, squeeze: 'avg', gate: 'sigmoid', bias: true } as const;
  const SAMPLES: Record<string, readonly (readonly [network: string, block: string])[]> = {
    'visionResnet.py': [
      ['resnet10', 'SqueezeExcite(planes, reduction=4)'],
      ['resnet14_bottleneck', 'SqueezeExcite(planes * self.expansion, reduction=4)'],
    ],
    'imageModelsResnet.py': [
      ['resnet10t', 'SqueezeExcite(outplanes, reduction=4)'],
      ['resnet14t', 'SqueezeExcite(outplanes, reduction=4)'],
    ],
  };

  it.each(Object.entries(SAMPLES))(
    'light up where the blocks were written: %s',
    async (name, networks) => {
      const samples = path.join(import.meta.dirname, '../../../support/samples/sources');
      const plain = readFileSync(path.join(samples, name), 'utf8');
      const scope = { kind: 'file' } as const;
      const converted = planConvert({ text: plain, language: 'python', options: OPTIONS, scope });
      if (!converted.ok) throw new Error(converted.reason.message);
      const file = path.join(folder, name);
      writeFileSync(file, applyEdits(plain, converted.plan.edits));
      const recorded = await record(networks.map(([network]) => ({ source: file, make: `${network}()` })));
      for (const [index, [network, block]] of networks.entries()) {
        const result = matched(recorded[index]!);
        const placement = certain(result);
        expectPlaces(result, placement);
        expect(placement.network).toBe(network);
        expect(placement.sites.map(({ span }) => result.text.slice(span.from, span.to))).toEqual([block]);
      }
    },
    PATIENCE_MS,
  );
});

describe.skipIf(!TORCHVISION)(`recordings of torchvision's models${VISION_NOTE}`, () => {
  const MODELS = [
    ['mobilenetv3', 'mobilenet_v3_small()', 'mobilenet_v3_small'],
    ['mobilenetv3', 'mobilenet_v3_large()', 'mobilenet_v3_large'],
    ['efficientnet', 'efficientnet_b0()', 'efficientnet_b0'],
    ['regnet', 'regnet_y_400mf()', 'regnet_y_400mf'],
  ] as const;
  let recorded: Recorded[];
  beforeAll(async () => {
    recorded = await record(
      MODELS.map(([file, make]) => ({ source: `torchvision.models.${file}`, make, size: 64 })),
    );
  }, PATIENCE_MS);

  it.each(MODELS.map(([, , network], index) => [network, index] as const))(
    'light up its source: %s',
    (network, index) => {
      const result = matched(recorded[index]!);
      const placement = certain(result);
      expectPlaces(result, placement);
      expect(placement.network).toBe(network);
      expect(placement.sites).toHaveLength(1);
    },
  );
});
