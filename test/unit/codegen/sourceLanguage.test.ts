import { expect, it } from 'vitest';
import { SOURCE_LANGUAGE_IDS, sourceLanguageOf } from '../../../src/core/codegen/sourceLanguage';

it('knows the language of an editor, and which it cannot write', () => {
  expect(Object.fromEntries(SOURCE_LANGUAGE_IDS.map((id) => [id, sourceLanguageOf(id)]))).toEqual({
    python: 'python',
    typescript: 'typescript',
    typescriptreact: 'typescript',
    javascript: 'javascript',
    javascriptreact: 'javascript',
  });
  expect(sourceLanguageOf('rust')).toBeUndefined();
});
