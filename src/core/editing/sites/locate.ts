/** The one place that a cursor means. */
import type { SourceFramework } from '../../codegen/seSnippets';
import { takesChannels } from '../analysis/layerTable';
import { refuse } from '../insertTypes';
import { ClassSites } from './classSite';
import { FunctionalSites } from './functionalSite';
import { sequenceSite } from './sequenceSite';
import type { Analysis, Site } from './site';
import { alreadyThere, quoteCode } from './site';

export function locate(cursor: Analysis): Site {
  const { framework, variant } = cursor;
  const chain = sequenceSite(cursor);
  const inClass = framework === 'tfjs' ? null : ClassSites.at(cursor);
  if (chain) {
    const part = chain.attribute === null ? null : (inClass?.sideOf(chain.attribute) ?? null);
    if (inClass && part && variant !== undefined) return inClass.siteOf(part.residual, variant);
    if (inClass && part?.side === 'shortcut') {
      return inClass.siteOf(part.residual, undefined, [
        'The cursor is on the shortcut; the SE block goes on the residual branch, as in the paper.',
      ]);
    }
    if (part?.residual.occupied)
      return alreadyThere(
        `on the residual branch before ${quoteCode(part.residual.addition.statement, cursor.file)}`,
      );
    if (variant !== undefined && variant !== 'standard')
      refuse('no-site', 'A list of layers without a residual addition has only the place behind a layer.');
    return chain.site();
  }
  if (inClass) return inClass.locate(cursor);
  const site = takesChannels(framework) ? null : FunctionalSites.at(cursor).locate(cursor);
  return site ?? refuse('no-site', noSiteMessage(framework));
}

function noSiteMessage(framework: SourceFramework): string {
  switch (framework) {
    case 'pytorch':
      return 'No place for an SE block here. Put the cursor in a residual block (a class with `forward`) or on a layer of an nn.Sequential.';
    case 'keras':
      return 'No place for an SE block here. Put the cursor on a convolution, on a residual addition, or in a class with `call`.';
    case 'flax-linen':
      return 'No place for an SE block here. Put the cursor on a convolution, on a residual addition, or in a module with `__call__`.';
    case 'flax-nnx':
      return 'No place for an SE block here. Put the cursor in a residual block (a module with `__call__`) or on a layer of an nnx.Sequential.';
    case 'tfjs':
      return 'No place for an SE block here. Put the cursor on a convolution (`.apply` or `model.add`) or on a residual addition.';
  }
}
