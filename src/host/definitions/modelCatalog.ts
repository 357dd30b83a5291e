/** All models the user can pick: built-in presets and definition files, by reference (`preset:<key>`, `file:<uri>`). */
import * as vscode from 'vscode';
import { PlaygroundError } from '../../core/errors';
import { DEFAULT_PRESET_KEY, presetByKey, PRESETS, type Preset } from '../../core/model/presets';
import type { ModelSpec } from '../../core/model/modelSpec';
import type { ModelEntry } from '../../protocol/hostUiContract';
import type { DefinitionFile, DefinitionFiles } from './definitionFiles';

export const DEFAULT_MODEL = presetReference(DEFAULT_PRESET_KEY);

export function presetReference(key: string): string {
  return `preset:${key}`;
}

export function fileReference(uri: vscode.Uri): string {
  return `file:${uri.toString()}`;
}

/** What a reference means, without looking whether it exists. */
export function readReference(reference: string): { preset: Preset } | { uri: vscode.Uri } | undefined {
  const [, kind, rest = ''] = /^(preset|file):(.+)$/s.exec(reference) ?? [];
  if (kind === 'file') return { uri: vscode.Uri.parse(rest, true) };
  const preset = kind === 'preset' ? presetByKey(rest) : undefined;
  return preset && { preset };
}

export class ModelCatalog {
  constructor(private readonly files: DefinitionFiles) {}

  /** Files first, then the presets. */
  async entries(): Promise<ModelEntry[]> {
    const files = await this.files.all();
    return [...files.map(fileEntry), ...PRESETS.map(presetEntry)];
  }

  /**
   * The spec behind a reference. Only presets and definitions that the workspace or the user has named are known: a page cannot make the host read
   * other files.
   * @throws PlaygroundError `spec/unknown-model`, `spec/invalid`
   */
  async resolve(reference: string): Promise<ModelSpec> {
    const entry = (await this.entries()).find((candidate) => candidate.reference === reference);
    if (!entry) {
      throw new PlaygroundError('spec/unknown-model', 'This model is not there any more. Pick another one.');
    }
    if (!entry.spec) {
      const text = `${entry.label} has errors: ${entry.problem ?? 'it cannot be read'} Fix them and start again.`;
      throw new PlaygroundError('spec/invalid', text);
    }
    return entry.spec;
  }
}

function presetEntry({ key, label, description, spec }: Preset): ModelEntry {
  return { reference: presetReference(key), label, description, spec };
}

function fileEntry({ uri, parsed }: DefinitionFile): ModelEntry {
  const path = vscode.workspace.asRelativePath(uri);
  const reference = fileReference(uri);
  if (parsed.spec) return { reference, label: parsed.spec.name, description: path, spec: parsed.spec };
  const first = parsed.problems.find((problem) => problem.severity === 'error');
  const label = path.slice(path.lastIndexOf('/') + 1);
  return { reference, label, description: path, problem: first?.message ?? 'It cannot be read.' };
}
