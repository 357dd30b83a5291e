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

const IMPORTS: Readonly<Record<SourceFramework, RegExp>> = {
  pytorch: /^\s*(?:import|from)\s+torch\b/m,
  keras: /^\s*(?:import|from)\s+(?:keras|tensorflow|tf_keras)\b/m,
  'flax-linen': /^\s*(?:import|from)\s+flax\b[^\n]*\blinen\b|\bflax\.linen\./m,
  'flax-nnx': /^\s*(?:import|from)\s+flax\b[^\n]*\bnnx\b|\bflax\.nnx\./m,
  tfjs: /@tensorflow\/tfjs/,
};

/** Whether a text looks as if it imports the framework: a guess without a parser, to sort by. */
export function importsFramework(text: string, framework: SourceFramework): boolean {
  return IMPORTS[framework].test(text);
}
