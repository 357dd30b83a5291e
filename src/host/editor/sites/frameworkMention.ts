/** The cheap question before the parsers are loaded: can this file have SE sites at all? */
import type { SourceFramework } from '../../../core/codegen/sourceLanguage';

const MENTIONS: Readonly<Record<SourceFramework, RegExp>> = {
  pytorch: /\btorch\b/,
  keras: /\b(?:keras|tensorflow)\b/,
  'flax-linen': /\bflax\b/,
  'flax-nnx': /\bflax\b/,
  tfjs: /@tensorflow\/tfjs/,
};
const ANY = Object.values(MENTIONS);

/** Lines and UTF-16 units beyond which a file is not analysed by itself; the commands still work on it. */
export const MAX_LINES = 20_000;
const MAX_UNITS = 2_000_000;

export function isWorthAnalysing(text: string, lineCount: number): boolean {
  return lineCount <= MAX_LINES && text.length <= MAX_UNITS && ANY.some((mention) => mention.test(text));
}

export function mentions(text: string, framework: SourceFramework): boolean {
  return MENTIONS[framework].test(text);
}
