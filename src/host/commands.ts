import process from 'node:process';
import * as vscode from 'vscode';
import { PlaygroundError } from '../core/errors';
import { autorun } from './autorun/autorun';
import { autorunRequest, readAutorunOptions, type AutorunOptions } from './autorun/autorunOptions';
import { DefinitionCommands } from './definitions/definitionCommands';
import { DEFAULT_MODEL, fileReference, presetReference } from './definitions/modelCatalog';
import { newDefinition } from './definitions/newDefinition';
import { presetByKey } from '../core/model/presets';
import type { Playground } from './playground';
import { RunCommands } from './runs/runCommands';
import { registerTable } from './registerTable';
import { showProblem } from './showProblem';

/** Registers every command but those about data sets and about SE blocks in source files, which register themselves. */
export function registerCommands(playground: Playground, log: vscode.LogOutputChannel): vscode.Disposable {
  const { files, catalog, panel, store, runs } = playground;
  const definitions = new DefinitionCommands(files, catalog, (selection) => playground.select(selection));
  const run = new RunCommands(store, runs, panel);
  const models = {
    referenceOf: (target: unknown, title: string) => definitions.referenceOf(target, title),
    resolve: (reference: string) => catalog.resolve(reference),
  };
  const quick = new QuickTraining(playground, log);
  const table: Readonly<Record<string, (...args: unknown[]) => unknown>> = {
    quickCifar: () => quick.open(),
    openPanel: () => void panel.reveal(),
    newDefinition,
    duplicateDefinition: (target) => definitions.duplicate(target),
    trainDefinition: (target) => definitions.train(target),
    compareDefinitions: (target, others) => definitions.compare(target, others),
    deleteDefinition: (target) => definitions.delete(target),
    openRun: (target) => run.open(target),
    pauseRun: (target) => run.pause(target),
    resumeRun: (target) => run.resume(target),
    stopRun: (target) => run.stop(target),
    deleteRun: (target) => run.delete(target),
    exportReport: (target, file) => run.exportReport(target, file),
    showHeatmap: (target) => run.showHeatmap(target),
    // What leaves or enters the extension is read when it is first asked for.
    generateSource: async (target) =>
      (await import('./exports/generateSource')).generateSource(models, target),
    generateTrainingScript: async (target) =>
      (await import('./exports/generateSource')).generateTrainingScript(models, target),
    paperCosts: async () => (await import('./exports/showPaperCosts')).showPaperCosts(),
    recordExcitations: async () => (await import('./exports/recordExcitations')).recordExcitations(),
    exportWeights: async (target) => (await import('./exports/exportWeights')).exportWeights(store, target),
    saveExcitations: async (target) =>
      (await import('./exports/saveExcitations')).saveExcitations(store, target),
    importRun: async (source, answers) =>
      (await import('./imports/importRun')).importRun({ store, panel }, source, answers),
  };
  return registerTable(table, log);
}

/** "Quick CIFAR Training": the panel with the quick preset, one click from training; or training at once if the environment asks for it. */
class QuickTraining {
  private autorunTaken = false;

  constructor(
    private readonly playground: Playground,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  open(): void {
    const options = this.autorunTaken ? undefined : readAutorunOptions(process.env);
    this.playground.select({ model: DEFAULT_MODEL });
    if (!options) return;
    this.autorunTaken = true;
    // Not awaited: the command has done its part when the panel is open.
    void this.autorun(options).catch((thrown: unknown) => showProblem(this.log, thrown, true));
  }

  private async autorun(options: AutorunOptions): Promise<void> {
    const { store, runs } = this.playground;
    const { exitCode, message } = await autorun(store, options, async () => {
      const model = await this.modelOf(options);
      this.playground.select({ model });
      return runs.start(autorunRequest(options, model));
    });
    this.log.info(`Autorun ended with ${exitCode}: ${message}`);
  }

  private async modelOf({ model }: AutorunOptions): Promise<string> {
    if (model === undefined) return DEFAULT_MODEL;
    if (presetByKey(model)) return presetReference(model);
    if (!model.endsWith('.json'))
      throw new PlaygroundError('spec/unknown-model', `There is no preset "${model}".`);
    const { uri } = await this.playground.files.include(vscode.Uri.file(model));
    return fileReference(uri);
  }
}
