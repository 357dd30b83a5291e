import type { SourceLanguage } from './seSnippets';

/** VS Code's language ids whose files can get an SE block. */
const LANGUAGES: ReadonlyMap<string, SourceLanguage> = new Map([
  ['python', 'python'],
  ['typescript', 'typescript'],
  ['typescriptreact', 'typescript'],
  ['javascript', 'javascript'],
  ['javascriptreact', 'javascript'],
]);

export const SOURCE_LANGUAGE_IDS: readonly string[] = [...LANGUAGES.keys()];

export function sourceLanguageOf(languageId: string): SourceLanguage | undefined {
  return LANGUAGES.get(languageId);
}
