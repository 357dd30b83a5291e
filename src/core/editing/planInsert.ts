/**
 * The door of the editing room: source text and cursor in, one set of text edits or a reason why not out.
 *
 * It finds the place by parsing (Lezer grammars), following values through the code to the residual branch and to the
 * layer that says how many channels there are. What it does not understand it does not edit; a throw is a bug.
 */
import {
  costSentence,
  effectiveReduction,
  extraParameters,
  hiddenUnits,
  MIN_HIDDEN_UNITS,
  optionWarnings,
} from '../codegen/seOptions';
import type { SeOptions } from '../codegen/seOptions';
import { completionSnippet, frameworksOf } from '../codegen/seSnippets';
import type { SourceFramework, SourceLanguage } from '../codegen/seSnippets';
import { Imports } from './analysis/imports';
import { LayerReader } from './analysis/layers';
import { isChannelsFirst } from './analysis/dataFormat';
import { planDefinition } from './definition';
import { applyEdits, orderedEdits, siteEdits } from './editWriter';
import type { ChannelCount, EditPlan, InsertRequest, InsertResult } from './insertTypes';
import { RefusalSignal, refuse } from './insertTypes';
import { ClassSites } from './sites/classSite';
import { functionalSite } from './sites/functionalSite';
import { sequenceSite } from './sites/sequenceSite';
import type { Analysis, Site } from './sites/site';
import { alreadyThere, quoteCode } from './sites/site';
import type { Expr } from './syntax/ast';
import { codeStyleOf } from './syntax/codeStyle';
import { errorSpans, parseSource, SourceFile } from './syntax/sourceFile';

export type {
  ChannelCount,
  EditPlan,
  InsertRequest,
  InsertResult,
  InsertSummary,
  Refusal,
  RefusalCode,
  SitePlace,
  TextEdit,
} from './insertTypes';
export { applyEdits } from './editWriter';

/**
 * Plans one SE block at the cursor. With a residual addition the block goes at the end of its branch (the paper's
 * place), otherwise after the layer at the cursor. Total: anything it cannot do safely is a reason and a snippet.
 */
export function planInsert(request: InsertRequest): InsertResult {
  let framework = request.framework ?? null;
  try {
    checkRequest(request);
    const file = new SourceFile(request.text, request.language);
    const imports = new Imports(file);
    framework ??= detectedFramework(imports.frameworks(file), request.language);
    const reader = new LayerReader(framework, imports, file.module);
    return {
      ok: true,
      plan: planIn({ file, framework, imports, reader, offset: request.offset }, request.options),
    };
  } catch (thrown) {
    const snippetFramework = framework ?? frameworksOf(request.language)[0] ?? 'pytorch';
    const fallback = completionSnippet(request.language, snippetFramework);
    if (thrown instanceof RefusalSignal) return { ok: false, reason: thrown.refusal, fallback };
    throw thrown;
  }
}

function checkRequest({ text, language, offset, options, framework }: InsertRequest): void {
  if (!Number.isInteger(offset) || offset < 0 || offset > text.length)
    refuse('invalid-request', 'The cursor is outside the text.');
  if (!Number.isInteger(options.reduction) || options.reduction < 1)
    refuse('invalid-request', 'The reduction must be a whole number from 1.');
  if (framework && !frameworksOf(language).includes(framework))
    refuse('invalid-request', `${language} files cannot use ${framework}.`);
}

function detectedFramework(found: readonly SourceFramework[], language: SourceLanguage): SourceFramework {
  const [first] = found;
  if (!first) {
    const wanted =
      language === 'python'
        ? 'PyTorch (`import torch`) or Keras (`import keras`)'
        : 'TensorFlow.js (`@tensorflow/tfjs`)';
    return refuse('no-framework', `This file does not import ${wanted}. Add the import, or use the snippet.`);
  }
  if (found.length > 1) {
    return refuse(
      'several-frameworks',
      `This file imports ${found.join(' and ')}. Say which one the SE block is for, or use the snippet.`,
    );
  }
  return first;
}

function planIn(analysis: Analysis, options: SeOptions): EditPlan {
  const { file, framework } = analysis;
  if (isChannelsFirst(file)) {
    refuse(
      'channels-first',
      'This file uses channels-first feature maps; the SE block is written for channels-last ones. Use the snippet and adapt its axes.',
    );
  }
  const here = file.module.body.find(
    (statement) => statement.from <= analysis.offset && analysis.offset <= file.lineEnd(statement.to),
  );
  if (here && file.hasError(here)) refuseBroken();
  const site = locate(analysis);
  const root = file.module.body.find(
    (statement) => statement.from <= site.statement.from && site.statement.to <= statement.to,
  );
  if (!root || file.hasError(root)) return refuseBroken();

  const channels = channelCount(site, analysis);
  const warnings = [...site.warnings, ...optionWarnings(options)];
  const reduction = chosenReduction(channels, options.reduction, warnings);
  const chosen = { ...options, reduction };
  const style = codeStyleOf(file);
  const definition = planDefinition(analysis, root, chosen, style);
  const edits = siteEdits(site, analysis, definition, chosen, style);
  if (definition.edit) edits.unshift(definition.edit);
  const ordered = orderedEdits(edits);
  // The last guard: whatever the shape, the result must parse at least as well as before.
  if (errorSpans(parseSource(applyEdits(file.text, ordered), file.language)).length > file.errors.length)
    refuseBroken();

  const hidden = channels.kind === 'number' ? hiddenUnits(channels.value, reduction) : null;
  const known = channels.kind === 'number' && hidden !== null ? { channels: channels.value, hidden } : null;
  return {
    edits: ordered,
    summary: {
      framework,
      place: site.place,
      where: site.where,
      channels,
      className: definition.className,
      definition: definition.edit ? 'inserted' : 'reused',
      reduction,
      hidden,
      extraParameters: known && extraParameters(known.channels, known.hidden, options.bias),
      cost: known && costSentence(known.channels, known.hidden, options.bias),
      warnings,
    },
  };
}

function refuseBroken(): never {
  return refuse(
    'syntax-error',
    'The code here has a syntax error, so nothing was changed. Fix it and try again, or use the snippet.',
  );
}

/** The one place meant by the cursor. */
function locate(analysis: Analysis): Site {
  const { framework } = analysis;
  const chain = sequenceSite(analysis);
  const inClass = framework === 'tfjs' ? null : ClassSites.at(analysis);
  if (chain) {
    const part = chain.attribute === null ? null : (inClass?.sideOf(chain.attribute) ?? null);
    if (inClass && part?.side === 'shortcut') {
      return inClass.siteBefore(part.residual, [
        'The cursor is on the shortcut; the SE block goes on the residual branch, as in the paper.',
      ]);
    }
    if (part?.residual.occupied)
      return alreadyThere(
        `on the residual branch before ${quoteCode(part.residual.addition.statement, analysis.file)}`,
      );
    return chain.site();
  }
  if (inClass) return inClass.locate();
  const site = framework === 'pytorch' ? null : functionalSite(analysis);
  return site ?? refuse('no-site', noSiteMessage(framework));
}

function noSiteMessage(framework: SourceFramework): string {
  switch (framework) {
    case 'pytorch':
      return 'No place for an SE block here. Put the cursor in a residual block (a class with `forward`) or on a layer of an nn.Sequential.';
    case 'keras':
      return 'No place for an SE block here. Put the cursor on a convolution, on a residual addition, or in a class with `call`.';
    case 'tfjs':
      return 'No place for an SE block here. Put the cursor on a convolution (`.apply` or `model.add`) or on a residual addition.';
  }
}

function channelCount({ channels }: Site, { file }: Analysis): ChannelCount {
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
  if (wished > 1) {
    const name =
      channels.kind === 'expression'
        ? `The channels are \`${channels.text}\``
        : 'The channels are only known when the layer is built';
    warnings.push(
      `${name}: with r = ${wished}, blocks of fewer than ${wished * MIN_HIDDEN_UNITS} channels get fewer than ${MIN_HIDDEN_UNITS} hidden units.`,
    );
  }
  return wished;
}
