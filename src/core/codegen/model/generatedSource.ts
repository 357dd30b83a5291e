/** The text of a new file. */
export interface GeneratedSource {
  /** With its ending, without a folder. */
  fileName: string;
  /** VS Code's id of the language. */
  languageId: 'python' | 'javascript' | 'typescript' | 'markdown';
  /** Lines end with \n, the last one too. */
  text: string;
}
