/**
 * Every place of a file where an SE block can go, has gone, or cannot go for a reason: what CodeLens, the pick of sites and the
 * conversion of whole networks read. A place found here is the one that `planInsert` means at its offset.
 */
import { SE_NAME, takesChannels } from './analysis/layerTable';
import { findUses } from './findUses';
import type { Refusal, SeVariant, SiteOwner, SiteReport, SitesReport, SourceRequest } from './insertTypes';
import { RefusalSignal } from './insertTypes';
import { openSource } from './openSource';
import { ClassSites, forwardOf } from './sites/classSite';
import { BUILDERS } from './sites/constructorPlace';
import { FunctionalSites } from './sites/functionalSite';
import { requireClear } from './sites/residualInsertion';
import { chainSites } from './sites/chainSites';
import { rngsArgument } from './sites/rngs';
import type { OpenSource, Site } from './sites/site';
import { layoutOf, quoteCode } from './sites/site';
import type { TensorCode } from './sites/tensorCode';
import type { ClassNode, Span } from './syntax/ast';
import { channelCount } from './writeSites';

/** Total: a file that is not understood gives no sites, and `problem` says why. */
export function findSites(request: SourceRequest): SitesReport {
  try {
    const source = openSource(request);
    return {
      framework: source.framework,
      sites: sitesOf(source).map(({ report }) => report),
      uses: findUses(source).map(({ report }) => report),
      problem: null,
    };
  } catch (thrown) {
    if (!(thrown instanceof RefusalSignal)) throw thrown;
    return { framework: null, sites: [], uses: [], problem: thrown.refusal };
  }
}

/** A report and, where it is a candidate, the site itself. */
export interface FoundSite {
  readonly report: SiteReport;
  readonly site: Site | null;
}

/** In source order, each place once; residual units at the place of `variant`, or at their best. */
export function sitesOf(source: OpenSource, variant?: SeVariant): FoundSite[] {
  const owners = [...tensorOwners(source)].map((one) => ({ ...one, residuals: one.code.residuals() }));
  const found = [...unitSites(source, owners, variant)];
  const covered = found.map(({ report }) => report.owner.declaration).filter((span) => span !== null);
  for (const one of [...layerSites(source, owners), ...listSites(source)]) {
    // Inside a residual unit the unit's own place is the one to offer.
    if (!covered.some((span) => span.from <= one.report.offset && one.report.offset <= span.to))
      found.push(one);
  }
  const places = new Set<string>();
  return found
    .sort((a, b) => a.report.offset - b.report.offset)
    .filter(({ report, site }) => {
      const key = site ? JSON.stringify(anchorOf(site)) : `${report.offset}`;
      if (places.has(key)) return false;
      places.add(key);
      return true;
    });
}

/** Where the edit lands: two ways to the same place are one site. */
function anchorOf({ insertion }: Site): unknown {
  switch (insertion.form) {
    case 'line':
      return [insertion.form, insertion.where, insertion.statement.from];
    case 'wrap':
      return [insertion.form, insertion.spans[0]?.from, insertion.spans[0]?.to];
    case 'item':
      return [insertion.form, insertion.items[insertion.index]?.from];
    case 'method-call':
      return [insertion.form, insertion.statement.from];
  }
}

/** Code that handles tensors, with its owner. */
interface TensorOwner {
  readonly code: TensorCode;
  readonly owner: SiteOwner;
}

interface ReadOwner extends TensorOwner {
  readonly residuals: ReturnType<TensorCode['residuals']>;
}

function* tensorOwners(source: OpenSource): Generator<TensorOwner> {
  const { file, framework } = source;
  const handled = new Set<Span>();
  for (const node of file.module.classes) {
    const isModule = framework !== 'tfjs' && forwardOf(node, source) !== null;
    if (isModule || SE_NAME.test(node.name)) for (const method of node.methods) handled.add(method);
    if (!isModule || SE_NAME.test(node.name)) continue;
    for (const method of node.methods) {
      if (BUILDERS.has(method.name) || method.parameters.length < 2) continue;
      const code = new ClassSites(source, node, method);
      yield { code, owner: { name: code.name(), declaration: declaration(node, 'class') } };
    }
  }
  // A block that must be told its channels needs a constructor to be made in.
  if (takesChannels(framework)) return;
  for (const node of file.module.functions) {
    if (handled.has(node) || SE_NAME.test(node.name) || inBlock(node, source)) continue;
    const code = new FunctionalSites(source, node.body, node);
    const around = file.classOf(node);
    const named = node.name === '' ? null : declaration(node, 'function');
    const name = around ? `${around.name}.${node.name}` : node.name;
    yield { code, owner: { name, declaration: named } };
  }
  yield {
    code: new FunctionalSites(source, file.module.body, null),
    owner: { name: '', declaration: null },
  };
}

/** Whether a function, such as the callback of `tf.tidy`, is a part of an SE block itself. */
function inBlock(node: Span, { file }: OpenSource): boolean {
  return file.module.classes.some(
    (one) => SE_NAME.test(one.name) && one.from <= node.from && node.to <= one.to,
  );
}

function declaration(
  node: Span & { readonly name: string },
  kind: 'class' | 'function',
): SiteOwner['declaration'] {
  return { name: node.name, kind, from: node.from, to: node.to };
}

/** The residual units. A skip around blocks that have units themselves is one place more, not one of the units. */
function* unitSites(
  source: OpenSource,
  owners: readonly ReadOwner[],
  variant: SeVariant | undefined,
): Generator<FoundSite> {
  const blocks = new Set(
    owners.flatMap(({ owner, residuals }) =>
      residuals.length > 0 && owner.declaration?.kind === 'class' ? [owner.declaration.name] : [],
    ),
  );
  for (const { code, owner, residuals } of owners) {
    const others = new Set([...blocks].filter((name) => name !== owner.declaration?.name));
    for (const residual of residuals) {
      const rank = code.makesOnBranch(residual, others) ? 'possible' : 'best';
      yield attempt(source, residual.addition.statement, owner, rank, () =>
        code.siteOf(requireClear(residual, source), variant),
      );
    }
  }
}

/** Behind each convolution, with its norm and activation, of code without residual units. */
function* layerSites(source: OpenSource, owners: readonly ReadOwner[]): Generator<FoundSite> {
  for (const { code, owner, residuals } of owners) {
    if (residuals.length > 0) continue;
    for (const statement of code.convolutionEnds()) {
      const found = attempt(source, statement, owner, 'possible', () => code.siteAfterStatement(statement));
      if (found.report.status !== 'declined') yield found;
    }
  }
}

/** Behind each convolution, with its norm and activation, of a list of layers. */
function* listSites(source: OpenSource): Generator<FoundSite> {
  for (const { span, owner, site } of chainSites(source)) {
    const found = attempt(source, span, ownerOf(owner), 'possible', site);
    if (found.report.status !== 'declined') yield found;
  }
}

function ownerOf(owner: { name: string; declaration: ClassNode | null }): SiteOwner {
  return { name: owner.name, declaration: owner.declaration && declaration(owner.declaration, 'class') };
}

function attempt(
  source: OpenSource,
  statement: Span,
  owner: SiteOwner,
  rank: SiteReport['rank'],
  find: () => Site | null,
): FoundSite {
  const common = {
    offset: statement.from,
    statement: { from: statement.from, to: statement.to },
    owner,
    layout: layoutOf(source.framework),
    rank,
  };
  const where = `at ${quoteCode(statement, source.file)}${owner.name === '' ? '' : ` in ${owner.name}`}`;
  const without = (status: 'occupied' | 'declined', reason: Refusal): FoundSite => ({
    report: { ...common, place: 'residual-end', where, channels: null, status, reason },
    site: null,
  });
  try {
    const site = find();
    if (!site)
      return without('declined', { code: 'no-site', message: 'There is no place for an SE block here.' });
    if (source.framework === 'flax-nnx') rngsArgument(site, source);
    const { place } = site;
    const channels = channelCount(site, source);
    return {
      report: { ...common, place, where: site.where, channels, status: 'candidate', reason: null },
      site,
    };
  } catch (thrown) {
    if (!(thrown instanceof RefusalSignal)) throw thrown;
    const occupied = thrown.refusal.code === 'already-there';
    return without(occupied ? 'occupied' : 'declined', thrown.refusal);
  }
}
