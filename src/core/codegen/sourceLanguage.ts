/** The languages and frameworks that an SE block can be written in. */
export type SourceLanguage = 'python' | 'typescript' | 'javascript';
export type SourceFramework = 'pytorch' | 'keras' | 'flax-linen' | 'flax-nnx' | 'tfjs';

/** What a person calls them. */
export const FRAMEWORK_NAMES: Readonly<Record<SourceFramework, string>> = {
  pytorch: 'PyTorch',
  keras: 'Keras',
  'flax-linen': 'Flax (linen)',
  'flax-nnx': 'Flax (nnx)',
  tfjs: 'TensorFlow.js',
};

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

/** The frameworks a file of that language can use, the likeliest first. */
export function frameworksOf(language: SourceLanguage): readonly SourceFramework[] {
  return language === 'python' ? ['pytorch', 'keras', 'flax-linen', 'flax-nnx'] : ['tfjs'];
}
