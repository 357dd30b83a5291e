import * as vscode from 'vscode';
import type { DocumentGates } from './documentGates';
import { GATE_DOCUMENTS } from './gateDocuments';
import { gateHover, HOVER_COMMANDS } from './gateHover';
import { shownGates } from './shownGates';

/** Colours of text in pictures, which do not take the theme's: on dark and on light, and with high contrast. */
const INKS: Readonly<Record<vscode.ColorThemeKind, string>> = {
  [vscode.ColorThemeKind.Dark]: '#cccccc',
  [vscode.ColorThemeKind.Light]: '#3b3b3b',
  [vscode.ColorThemeKind.HighContrast]: '#ffffff',
  [vscode.ColorThemeKind.HighContrastLight]: '#000000',
};

/** The numbers and pictures behind a strip: on the code that makes the blocks, and on the strip at the end of its line. */
export function registerGateHovers(gates: DocumentGates): vscode.Disposable {
  return vscode.languages.registerHoverProvider(GATE_DOCUMENTS, {
    provideHover: async (document, position) => {
      const found = (await gates.reading(document))?.found;
      if (!found) return undefined;
      const { lines } = shownGates(document, found);
      const line = lines.find(({ range }) => range.start.line === position.line);
      const end = document.lineAt(position.line).range.end;
      if (!line || (!line.range.contains(position) && !position.isEqual(end))) return undefined;
      const text = gateHover(found, line.blocks, INKS[vscode.window.activeColorTheme.kind]);
      const markdown = new vscode.MarkdownString(text, true);
      // No HTML, no other commands.
      markdown.isTrusted = { enabledCommands: HOVER_COMMANDS };
      return new vscode.Hover(
        markdown,
        line.range.contains(position) ? line.range : new vscode.Range(end, end),
      );
    },
  });
}
