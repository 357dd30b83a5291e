import { parser as javascript } from '@lezer/javascript';
import { parser as python } from '@lezer/python';
import { describe, expect, it } from 'vitest';
import type { SeOptions } from '../../../src/core/codegen/seOptions';
import { completionSnippet, frameworksOf, seDefinition } from '../../../src/core/codegen/seSnippets';
import type { CodeStyle, SourceFramework, SourceLanguage } from '../../../src/core/codegen/seSnippets';
import { PYTHON, PYTHON_NOTE, pythonErrors } from '../editing/planHarness';

const FRAMEWORKS: readonly (readonly [SourceLanguage, SourceFramework])[] = [
  ['python', 'pytorch'],
  ['python', 'keras'],
  ['python', 'flax-linen'],
  ['python', 'flax-nnx'],
  ['typescript', 'tfjs'],
  ['javascript', 'tfjs'],
];
const STYLE: CodeStyle = { indent: '  ', eol: '\n', quote: "'", semicolons: true };
const GATES: readonly SeOptions['gate'][] = ['sigmoid', 'hard-sigmoid', 'tanh', 'relu'];

function errorsIn(text: string, language: SourceLanguage): number {
  const parser =
    language === 'python' ? python : javascript.configure({ dialect: language === 'typescript' ? 'ts' : '' });
  let count = 0;
  parser.parse(text).iterate({ enter: (node) => void (count += node.type.isError ? 1 : 0) });
  return count;
}

function everyDefinition(language: SourceLanguage, framework: SourceFramework): string[] {
  return GATES.flatMap((gate) =>
    (['avg', 'max'] as const).flatMap((squeeze) =>
      [true, false].map((bias) =>
        seDefinition({
          framework,
          language,
          className: 'SE2',
          namespace: 'a.b',
          options: { gate, squeeze, bias },
          style: STYLE,
        }),
      ),
    ),
  );
}

/** What a snippet becomes when every placeholder keeps its default: the grammar of VS Code's snippets, enough of it. */
function expanded(snippet: string): string {
  const defaults = new Map<string, string>();
  for (const [, id = '', text = ''] of snippet.matchAll(/(?<!\\)\$\{(\d+):([^}]*)\}/g))
    defaults.set(id, text);
  for (const [, id = '', choices = ''] of snippet.matchAll(/(?<!\\)\$\{(\d+)\|([^|]*)\|\}/g))
    defaults.set(id, choices.split(',')[0] ?? '');
  return snippet
    .replace(/(?<!\\)\$\{(\d+)[:|][^}]*\}/g, (_all, id: string) => defaults.get(id) ?? '')
    .replace(/(?<!\\)\$(\d+)/g, (_all, id: string) => (id === '0' ? '' : (defaults.get(id) ?? '?')))
    .replace(/\\([\\$}])/g, '$1');
}

describe.each(FRAMEWORKS)('%s, %s', (language, framework) => {
  it('every option parses, and all differ', () => {
    const definitions = everyDefinition(language, framework);
    expect(definitions.map((text) => errorsIn(text, language))).toEqual(definitions.map(() => 0));
    expect(new Set(definitions).size).toBe(16);
    for (const text of definitions) expect(text).not.toMatch(/undefined|SqueezeExcite\b|\t/);
  });

  // Registered for Python only, so that a skip always means a missing interpreter.
  const forPython = language === 'python' ? it.skipIf(!PYTHON) : null;
  forPython?.(`satisfies Python's own parser${PYTHON_NOTE}`, () => {
    expect(pythonErrors(everyDefinition(language, framework)).filter((error) => error !== null)).toEqual([]);
  });

  it('the snippet with its defaults is the plain definition and a line on its use', () => {
    const namespace = {
      pytorch: 'nn',
      keras: 'layers',
      'flax-linen': 'nn',
      'flax-nnx': 'nnx',
      tfjs: 'tf',
    }[framework];
    const style: CodeStyle = {
      indent: '\t',
      eol: '\n',
      quote: framework === 'tfjs' ? "'" : '"',
      semicolons: true,
    };
    const options = { gate: 'sigmoid', squeeze: 'avg', bias: true } as const;
    const definition = seDefinition({
      framework,
      language,
      className: 'SqueezeExcite',
      namespace,
      options,
      style,
    });
    const text = expanded(completionSnippet(language, framework));
    expect(text.startsWith(`${definition}\n\n`)).toBe(true);
    expect(text.slice(definition.length).trim()).toMatch(/^(#|\/\/) .*SqueezeExcite/);
    expect(errorsIn(text, language)).toBe(0);
  });

  it('the snippet has each placeholder once with a default and ends at $0', () => {
    const snippet = completionSnippet(language, framework);
    const ids = [...snippet.matchAll(/(?<!\\)\$\{(\d+)[:|]/g)].map((match) => Number(match[1]));
    expect(ids.slice().sort()).toEqual(ids.map((_id, index) => index + 1));
    expect(ids.length).toBeGreaterThanOrEqual(4);
    expect(snippet.endsWith('$0')).toBe(true);
  });
});

it('every language offers its frameworks', () => {
  expect(frameworksOf('python')).toEqual(['pytorch', 'keras', 'flax-linen', 'flax-nnx']);
  expect(frameworksOf('typescript')).toEqual(['tfjs']);
  expect(frameworksOf('javascript')).toEqual(['tfjs']);
});
