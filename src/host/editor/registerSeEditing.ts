import * as vscode from 'vscode';
import { showProblem } from '../showProblem';
import { PreviewDocuments } from './preview/previewDiff';
import { DocumentSites } from './sites/documentSites';
import { registerSiteActions } from './sites/siteActions';
import { SiteLenses } from './sites/siteLenses';
import { askForSeSnippet } from './verbs/insertSeSnippet';
import { ChoiceMemory, FrameworkMemory, type VerbContext } from './verbs/verbContext';

/** The commands, lenses and refactorings about SE blocks in source files. */
export function registerSeEditing(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const problem = (thrown: unknown) => showProblem(log, thrown, false);
  const frameworks = new FrameworkMemory();
  const previews = new PreviewDocuments();
  const sites = new DocumentSites((uri) => frameworks.of(uri), frameworks.onDidAnswer, problem);
  const verbs: VerbContext = {
    memory: new ChoiceMemory(context.workspaceState),
    frameworks,
    previews,
    problem,
  };
  // Read when first used: most sessions never do.
  const table: Readonly<Record<string, (argument: unknown) => Promise<unknown>>> = {
    insertSeBlock: async (argument) => (await import('./verbs/insertSeBlock')).insertSeBlock(verbs, argument),
    changeSeBlock: async (argument) => (await import('./verbs/changeSeBlock')).changeSeBlock(verbs, argument),
    removeSeBlock: async (argument) => (await import('./verbs/removeSeBlock')).removeSeBlock(verbs, argument),
    convertNetwork: async (argument) =>
      (await import('./verbs/convertNetwork')).convertNetwork(verbs, argument),
    insertSeSnippet: askForSeSnippet,
  };
  return vscode.Disposable.from(
    previews,
    sites,
    new SiteLenses(sites, problem),
    registerSiteActions(sites),
    ...Object.entries(table).map(([name, action]) =>
      vscode.commands.registerCommand(`sePlayground.${name}`, async (argument: unknown) => {
        try {
          return await action(argument);
        } catch (thrown) {
          showProblem(log, thrown, true);
          return undefined;
        }
      }),
    ),
  );
}
