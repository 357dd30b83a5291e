/** Sites into edits of the file: the class once, and for each site its constructor line and call, with what it costs. */
import {
  costSentence,
  effectiveReduction,
  extraParameters,
  hiddenUnits,
  MIN_HIDDEN_UNITS,
  optionWarnings,
} from '../codegen/seOptions';
import type { SeOptions } from '../codegen/seOptions';
import type { Definition } from './definition';
import { planDefinition } from './definition';
import { AttributeNames, applyEdits, orderedEdits, siteEdits } from './editWriter';
import type { ChannelCount, InsertSummary, SeVariant, TextEdit, WriteRequest } from './insertTypes';
import { refuse } from './insertTypes';
import type { OpenSource, Site } from './sites/site';
import { layoutOf } from './sites/site';
import { codeStyleOf } from './syntax/codeStyle';
import type { Expr, Span, Statement } from './syntax/ast';
import { errorSpans, parseSource } from './syntax/parseSource';

export interface WrittenSites {
  readonly edits: readonly TextEdit[];
  /** One for each site, in their order. `networks` is left empty. */
  readonly summaries: readonly InsertSummary[];
}

/** Writes the blocks of all sites; refuses where the code around one of them, or the result, would not parse. */
export function writeSites(
  source: OpenSource,
  sites: readonly Site[],
  { options, importFrom }: Pick<WriteRequest, 'options' | 'importFrom'>,
): WrittenSites {
  const { file } = source;
  const roots = sites.map((site) => rootOf(site.statement, source));
  const root = roots.reduce((first, other) => (other.from < first.from ? other : first));
  const style = codeStyleOf(file);
  const definition = planDefinition(source, root, options, style, importFrom);
  const names = new AttributeNames(source);
  const edits: TextEdit[] = definition.edit ? [definition.edit] : [];
  const summaries = sites.map((site): InsertSummary => {
    const { summary, reduction } = blockSummary(source, site, definition, options);
    edits.push(...siteEdits(site, source, definition, { ...options, reduction }, style, names));
    return summary;
  });
  const ordered = orderedEdits(edits);
  refuseIfBroken(source, applyEdits(file.text, ordered));
  return { edits: ordered, summaries };
}

/** What there is to say of one block, and the reduction that it gets. */
export function blockSummary(
  source: OpenSource,
  site: Pick<Site, 'place' | 'variant' | 'where' | 'channels' | 'warnings'>,
  definition: Definition,
  options: SeOptions,
): { summary: InsertSummary; reduction: number } {
  const channels = channelCount(site, source);
  const warnings = [...site.warnings, ...optionWarnings(options), ...variantWarnings(site.variant)];
  if (definition.status === 'imported') warnings.push(...importWarnings(options, definition.className));
  const reduction = chosenReduction(channels, options.reduction, warnings);
  const hidden = channels.kind === 'number' ? hiddenUnits(channels.value, reduction) : null;
  const known = channels.kind === 'number' && hidden !== null ? { channels: channels.value, hidden } : null;
  const summary: InsertSummary = {
    framework: source.framework,
    place: site.place,
    variant: site.variant,
    where: site.where,
    channels,
    layout: layoutOf(source.framework),
    className: definition.className,
    definition: definition.status,
    reduction,
    hidden,
    extraParameters: known && extraParameters(known.channels, known.hidden, options.bias),
    cost: known && costSentence(known.channels, known.hidden, options.bias),
    networks: [],
    warnings,
  };
  return { summary, reduction };
}

/** The top-level statement around the site; code with a syntax error there is left alone. */
export function rootOf({ from, to }: Span, { file }: OpenSource): Statement {
  const root = file.module.body.find((statement) => statement.from <= from && to <= statement.to);
  return root && !file.hasError(root) ? root : refuseBroken();
}

/** The last guard, whatever the shape: the result must parse at least as well as before. */
export function refuseIfBroken({ file }: OpenSource, text: string): void {
  if (errorSpans(parseSource(text, file.language)).length > file.errors.length) refuseBroken();
}

export function refuseBroken(): never {
  return refuse(
    'syntax-error',
    'The code here has a syntax error, so nothing was changed. Fix it and try again, or use the snippet.',
  );
}

export function channelCount({ channels }: Pick<Site, 'channels'>, { file }: OpenSource): ChannelCount {
  if (channels.status !== 'known') return { kind: 'inferred' };
  const { expr } = channels.source;
  const value = wholeNumber(expr);
  return value === null ? { kind: 'expression', text: file.slice(expr) } : { kind: 'number', value };
}

/** The value of a positive whole number, or of a product of such. */
function wholeNumber(expr: Expr): number | null {
  if (expr.kind === 'number') return Number.isSafeInteger(expr.value) && expr.value > 0 ? expr.value : null;
  if (expr.kind !== 'binary' || expr.operator !== '*') return null;
  const left = wholeNumber(expr.left);
  const right = wholeNumber(expr.right);
  return left === null || right === null ? null : left * right;
}

/** What the paper found for the place (tables 14 and 15, SE-ResNet-50 on ImageNet, top-1 error), in sentences. */
function variantWarnings(variant: SeVariant | null): string[] {
  switch (variant) {
    case 'post':
      return [
        'POST did worse than the standard place in the paper: 22.78% top-1 error against 22.28% (Table 14).',
      ];
    default:
      return [];
  }
}

/** The module that the user names decides what our options would. */
function importWarnings({ squeeze, gate, bias }: SeOptions, className: string): string[] {
  const plain = squeeze === 'avg' && gate === 'sigmoid' && bias;
  return plain
    ? []
    : [`\`${className}\` is imported: squeeze, gate and biases are what its module makes them.`];
}

/** The reduction to write; adds a sentence to `warnings` where it differs from the wish or may leave too few units. */
function chosenReduction(channels: ChannelCount, wished: number, warnings: string[]): number {
  if (channels.kind === 'number') {
    const reduction = effectiveReduction(channels.value, wished);
    const units = (r: number): string =>
      `${hiddenUnits(channels.value, r)} hidden unit${hiddenUnits(channels.value, r) === 1 ? '' : 's'}`;
    if (reduction !== wished) {
      warnings.push(
        `r = ${wished} would leave ${units(wished)} for ${channels.value} channels; r = ${reduction} is used, which gives ${units(reduction)}.`,
      );
    }
    return reduction;
  }
  if (wished > 1) warnings.push(openWidthWarning(channels, wished));
  return wished;
}

/** What can be said of hidden units while the channels are no number. */
export function openWidthWarning(channels: ChannelCount, reduction: number): string {
  const name =
    channels.kind === 'expression'
      ? `The channels are \`${channels.text}\``
      : 'The channels are only known when the layer is built';
  return `${name}: with r = ${reduction}, blocks of fewer than ${reduction * MIN_HIDDEN_UNITS} channels get fewer than ${MIN_HIDDEN_UNITS} hidden units.`;
}
