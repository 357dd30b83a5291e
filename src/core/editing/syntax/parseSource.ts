/** Text to tree by the real grammars. A text that is nearly the last one, as while typing, is parsed where it differs only. */
import type { Tree } from '@lezer/common';
import { TreeFragment } from '@lezer/common';
import { parser as javascriptParser } from '@lezer/javascript';
import type { LRParser } from '@lezer/lr';
import { parser as pythonParser } from '@lezer/python';
import type { SourceLanguage } from '../../codegen/seSnippets';
import type { Span } from './ast';

const typescriptParser = javascriptParser.configure({ dialect: 'ts' });
const typescriptJsxParser = javascriptParser.configure({ dialect: 'ts jsx' });
const javascriptJsxParser = javascriptParser.configure({ dialect: 'jsx' });

/** `0.` and `1.e-5`: numbers that Python knows and this grammar does not. */
const OPEN_NUMBER = /(?<![\w.])(\d[\d_]*)\.(?=[eE][+-]?\d|[jJ]\b|(?![\w.]))/g;

/** The real grammar of the language. TypeScript falls back to TSX where plain TypeScript does not parse, e.g. in a .tsx file. */
export function parseSource(text: string, language: SourceLanguage): Tree {
  switch (language) {
    case 'python':
      // A digit for the dot keeps every offset; the tree is only ever read against the real text.
      return parsed(text.replace(OPEN_NUMBER, '$10'), pythonParser);
    case 'javascript':
      return parsed(text, javascriptJsxParser);
    case 'typescript': {
      const tree = parsed(text, typescriptParser);
      return hasErrors(tree) && /<\/|\/>/.test(text) ? parsed(text, typescriptJsxParser) : tree;
    }
  }
}

interface Parsed {
  readonly parser: LRParser;
  readonly text: string;
  readonly tree: Tree;
}

/** The last trees, newest first: of the document, of what a plan makes of it, and of the document before the last key. */
const recent: Parsed[] = [];
const MOST_RECENT = 4;

function parsed(text: string, parser: LRParser): Tree {
  const index = recent.findIndex((one) => one.parser === parser && one.text === text);
  const [known] = index < 0 ? [] : recent.splice(index, 1);
  const entry = known ?? { parser, text, tree: parsedAnew(text, parser) };
  recent.unshift(entry);
  recent.length = Math.min(recent.length, MOST_RECENT);
  return entry.tree;
}

function parsedAnew(text: string, parser: LRParser): Tree {
  const base = recent.find((one) => one.parser === parser);
  const change = base && changeBetween(base.text, text);
  if (!base || !change) return parser.parse(text);
  const tree = parser.parse(text, TreeFragment.applyChanges(TreeFragment.addTree(base.tree), [change]));
  // How the grammar recovers from an error may depend on where it began; without errors there is one tree only.
  return hasErrors(tree) ? parser.parse(text) : tree;
}

/** The one stretch in which two texts differ; null where they have too little in common to gain anything. */
function changeBetween(
  before: string,
  after: string,
): { fromA: number; toA: number; fromB: number; toB: number } | null {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < most - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  if (head + tail < after.length / 2) return null;
  return { fromA: head, toA: before.length - tail, fromB: head, toB: after.length - tail };
}

function hasErrors(tree: Tree): boolean {
  return errorSpans(tree).length > 0;
}

/** The places where the grammar had to guess: error nodes, in source order. Empty spans mark missing tokens. */
export function errorSpans(tree: Tree): Span[] {
  const spans: Span[] = [];
  tree.iterate({
    enter: (node) => {
      if (node.type.isError) spans.push({ from: node.from, to: node.to });
    },
  });
  return spans;
}
