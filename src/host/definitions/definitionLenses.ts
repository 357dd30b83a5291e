import * as vscode from 'vscode';
import { parseDefinition } from '../../core/model/parseDefinition';
import { whyUntrainable } from '../../core/training/runPlanner';
import { costText } from './costText';
import { DEFINITION_GLOB } from './definitionFiles';

/** The view that has what is wrong with a definition, and what stands in the way of training it. */
const SHOW_PROBLEMS = 'workbench.actions.view.problems';

/** "Train · Compare · parameters" above a definition; one that cannot be trained here says so in place of the first two. */
export function registerDefinitionLenses(): vscode.Disposable {
  return vscode.languages.registerCodeLensProvider(
    { pattern: DEFINITION_GLOB },
    { provideCodeLenses: lensesOf },
  );
}

function lensesOf(document: vscode.TextDocument): vscode.CodeLens[] {
  const { spec } = parseDefinition(document.getText());
  const top = new vscode.Range(0, 0, 0, 0);
  const lens = (title: string, command: string, tooltip: string, ...args: unknown[]) =>
    new vscode.CodeLens(top, { title, command, tooltip, arguments: args });
  if (!spec) {
    const tooltip = 'A definition with errors cannot be trained';
    return [lens(withIcon('error', 'Fix the errors to train'), SHOW_PROBLEMS, tooltip)];
  }
  const cost = lens(costText(spec), '', 'Trainable parameters, and multiply-adds of one image');
  const obstacle = whyUntrainable(spec);
  if (obstacle !== undefined)
    return [lens(withIcon('info', 'For cost and source'), SHOW_PROBLEMS, obstacle), cost];
  const { uri } = document;
  return [
    lens(withIcon('play', 'Train'), 'sePlayground.trainDefinition', 'Train it with and without SE', uri),
    lens(
      withIcon('git-compare', 'Compare'),
      'sePlayground.compareDefinitions',
      'Train it against another definition',
      uri,
    ),
    cost,
  ];
}

/** VS Code drops a plain space between an icon and the text after it. */
function withIcon(icon: string, title: string): string {
  return `$(${icon})\u00a0${title}`;
}
