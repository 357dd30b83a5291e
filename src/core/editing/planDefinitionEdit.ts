/**
 * The same verbs for a model definition (`*.senet.json`): insert and change set `"se"`, remove makes it `"none"`. The blocks of a
 * definition follow from its settings, so the cost is exact and per stage.
 */
import type { SeOptions } from '../codegen/seOptions';
import { compileModel } from '../model/compileModel';
import { findSetting, readDefinitionTree } from '../model/definitionTree';
import type { ModelSpec, Place } from '../model/modelSpec';
import { PLACES, withoutSe } from '../model/modelSpec';
import { costOverhead, modelCost } from '../model/modelCost';
import { parseDefinition } from '../model/parseDefinition';
import { trimmed } from './composeEdits';
import type { NetworkCost, Refusal, SeVariant, StageCost, TextEdit } from './insertTypes';
import { refuse, RefusalSignal } from './insertTypes';

/** What to do with the definition's SE blocks. */
export type DefinitionChange =
  | { readonly kind: 'remove' }
  /** Settings that are absent stay as they are. */
  | { readonly kind: 'set'; readonly options: Partial<SeOptions>; readonly variant?: SeVariant };

export interface DefinitionPlan {
  /** Ascending and apart. */
  readonly edits: readonly TextEdit[];
  readonly summary: {
    /** For a person, e.g. "SE blocks in 9 units of SE-ResNet-20". */
    readonly what: string;
    /** What SE adds after the change; null where it is taken out. */
    readonly network: NetworkCost | null;
    readonly cost: string;
    readonly warnings: readonly string[];
  };
}

export type DefinitionResult =
  { readonly ok: true; readonly plan: DefinitionPlan } | { readonly ok: false; readonly reason: Refusal };

/** The SE settings a definition has; null where it has none or cannot be read. */
export function definitionOptions(text: string): { options: SeOptions; variant: Place } | null {
  const { spec } = parseDefinition(text);
  if (!spec || spec.se === 'none') return null;
  const { reduction, squeeze, gate, bias, place } = spec.se;
  return { options: { reduction, squeeze, gate, bias }, variant: place };
}

/** Total: a definition with errors, or settings that it cannot have, give a reason and no edits. */
export function planDefinitionEdit(text: string, change: DefinitionChange): DefinitionResult {
  try {
    return { ok: true, plan: planIn(text, change) };
  } catch (thrown) {
    if (thrown instanceof RefusalSignal) return { ok: false, reason: thrown.refusal };
    throw thrown;
  }
}

function planIn(text: string, change: DefinitionChange): DefinitionPlan {
  const before = specOf(text, 'The definition has an error. Fix it and try again.');
  const changed = change.kind === 'remove' ? withoutBlocks(text, before) : withSettings(text, before, change);
  if (changed === text)
    refuse('already-there', 'The definition has these SE settings already. Nothing was changed.');
  const after = specOf(changed, 'The definition cannot have these settings');
  const network = after.se === 'none' ? null : networkCost(after);
  return {
    edits: [trimmed(text, { offset: 0, length: text.length, newText: changed })],
    summary: {
      what:
        network === null
          ? `No SE blocks in ${after.name}`
          : `SE blocks in ${network.blocks} units of ${after.name}`,
      network,
      cost: costOf(after),
      warnings: newWarnings(text, changed),
    },
  };
}

function specOf(text: string, otherwise: string): ModelSpec {
  const { spec, problems } = parseDefinition(text);
  if (spec) return spec;
  const first = problems.find(({ severity }) => severity === 'error');
  return refuse('syntax-error', first ? `${otherwise.replace(/\.$/, '')}: ${first.message}` : otherwise);
}

function withoutBlocks(text: string, spec: ModelSpec): string {
  if (spec.se === 'none') refuse('no-site', 'This definition has no SE blocks.');
  return set(text, ['se'], 'none');
}

function withSettings(
  text: string,
  spec: ModelSpec,
  { options, variant }: Extract<DefinitionChange, { kind: 'set' }>,
): string {
  if (variant === '3x3') {
    refuse(
      'unsupported-shape',
      `A definition places SE blocks at ${PLACES.join(', ')}; the 3x3 variant is for source code.`,
    );
  }
  const wanted: readonly (readonly [string, unknown])[] = [
    ['reduction', options.reduction],
    ['squeeze', options.squeeze],
    ['gate', options.gate],
    ['bias', options.bias],
    ['place', variant],
  ];
  let changed = spec.se === 'none' ? set(text, ['se'], {}) : text;
  const { se } = specOf(changed, 'The definition cannot have SE blocks');
  for (const [name, value] of wanted) {
    const has = se === 'none' ? undefined : se[name as keyof typeof se];
    if (value !== undefined && value !== has) changed = set(changed, ['se', name], value);
  }
  return changed;
}

/** Gives a setting a value; a new one goes behind the last of its object, on a line of its own where that one has one. */
function set(text: string, path: readonly string[], value: unknown): string {
  const { root } = readDefinitionTree(text);
  const written = root && findSetting(root, path)?.value;
  if (written) return spliced(text, written.offset, written.length, JSON.stringify(value));
  const parent = root && findSetting(root, path.slice(0, -1))?.value;
  if (!parent) return text;
  const property = `${JSON.stringify(path.at(-1))}: ${JSON.stringify(value)}`;
  const last = parent.children?.at(-1);
  if (!last) return spliced(text, parent.offset, parent.length, `{ ${property} }`);
  const lineStart = text.lastIndexOf('\n', last.offset) + 1;
  const indent = text.slice(lineStart, last.offset);
  const ownLine = lineStart > 0 && /^[ \t]*$/.test(indent);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  return spliced(
    text,
    last.offset + last.length,
    0,
    ownLine ? `,${eol}${indent}${property}` : `, ${property}`,
  );
}

function spliced(text: string, offset: number, length: number, newText: string): string {
  return text.slice(0, offset) + newText + text.slice(offset + length);
}

function networkCost(spec: ModelSpec): NetworkCost {
  const graph = compileModel(spec);
  const params = new Map(modelCost(graph).nodes.map((node) => [node.id, node.params]));
  const stages = new Map<number, StageCost>();
  for (const { id, stage, channels } of graph.blocks) {
    const before = stages.get(stage);
    stages.set(stage, {
      stage: `stage ${stage}`,
      blocks: (before?.blocks ?? 0) + 1,
      channels: [...new Set([...(before?.channels ?? []), channels])],
      extraParameters: (before?.extraParameters ?? 0) + (params.get(id) ?? 0),
    });
  }
  const list = [...stages.values()];
  return {
    entry: spec.name,
    stages: list,
    blocks: graph.blocks.length,
    extraParameters: list.reduce((sum, { extraParameters }) => sum + extraParameters, 0),
    complete: true,
    why: null,
  };
}

function costOf(spec: ModelSpec): string {
  const cost = modelCost(compileModel(spec));
  const base = modelCost(compileModel(withoutSe(spec)));
  const { params, macs, paramsPercent, macsPercent } = costOverhead(base, cost);
  if (params === 0) return `${base.params.toLocaleString('en-US')} parameters, none of SE.`;
  return `SE adds ${params.toLocaleString('en-US')} parameters (${paramsPercent.toFixed(1)}%) and ${(macs / 1e6).toFixed(2)} M multiply-adds (${macsPercent.toFixed(1)}%).`;
}

/** Warnings that the text did not have before. */
function newWarnings(before: string, after: string): string[] {
  const messages = (text: string): string[] =>
    parseDefinition(text)
      .problems.filter(({ severity }) => severity !== 'error')
      .map(({ message }) => message);
  const old = new Set(messages(before));
  return messages(after).filter((message) => !old.has(message));
}
