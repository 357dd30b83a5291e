import * as vscode from 'vscode';
import { completionSnippet } from '../../core/codegen/seSnippets';
import {
  FRAMEWORK_NAMES,
  frameworksOf,
  importsFramework,
  SOURCE_LANGUAGE_IDS,
  sourceLanguageOf,
} from '../../core/codegen/sourceLanguage';

const WORD = 'seblock';

/** `seblock` completes to the SE block of the language's frameworks, the one the file imports first. */
export function registerSeblockCompletion(): vscode.Disposable {
  return vscode.languages.registerCompletionItemProvider(SOURCE_LANGUAGE_IDS, {
    provideCompletionItems(document, position) {
      const language = sourceLanguageOf(document.languageId);
      const before = document.lineAt(position).text.slice(0, position.character);
      // Only where the word has begun: no one wants it in every list.
      const typed = /(?:^|[^\w.])(\w+)$/.exec(before)?.[1]?.toLowerCase() ?? '';
      if (!language || typed === '' || !WORD.startsWith(typed)) return [];
      const text = document.getText();
      return frameworksOf(language).map((framework, index) => {
        const item = new vscode.CompletionItem(
          { label: WORD, description: FRAMEWORK_NAMES[framework] },
          vscode.CompletionItemKind.Snippet,
        );
        item.insertText = new vscode.SnippetString(completionSnippet(language, framework));
        item.detail = 'Squeeze-and-Excitation block';
        item.sortText = `${importsFramework(text, framework) ? 0 : 1}${index}`;
        return item;
      });
    },
  });
}
