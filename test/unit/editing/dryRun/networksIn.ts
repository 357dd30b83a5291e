/** What the tests of the dry run share: networks of a source file or text, and their stages in one line. */
import { readFileSync } from 'node:fs';
import type { NetworkReport } from '../../../../src/core/editing/dryRun/readNetworks';
import {
  countByStage,
  evaluateIn,
  instancesOf,
  readNetworks,
} from '../../../../src/core/editing/dryRun/readNetworks';
import { SourceFile } from '../../../../src/core/editing/syntax/sourceFile';

export function read(name: string): readonly NetworkReport[] {
  const text = readFileSync(new URL(`sources/${name}`, import.meta.url), 'utf8');
  return readNetworks(new SourceFile(text, 'python'));
}

export function python(text: string): readonly NetworkReport[] {
  return readNetworks(new SourceFile(`import torch\nfrom torch import nn\n${text}`, 'python'));
}

export function entry(reports: readonly NetworkReport[], name: string): NetworkReport {
  const found = reports.find((report) => report.entry === name);
  if (!found) throw new Error(`no ${name} among ${reports.map((report) => report.entry).join(', ')}`);
  return found;
}

/** `layer1 3 x 256` for all stages. */
export function stages(report: NetworkReport, className: string, channels: string): string {
  const { instances } = instancesOf(report, className);
  const counts = countByStage(instances, (block) => evaluateIn(block, channels, { ofClass: className }));
  return counts.map((count) => `${count.stage.path} ${count.blocks} x ${count.channels}`).join(', ');
}
