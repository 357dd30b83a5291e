import type { SourceLanguage } from '../../codegen/sourceLanguage';
import { SE_NAME } from '../analysis/layerNames';
import { readNetworks } from '../dryRun/readNetworks';
import { SourceFile } from '../syntax/sourceFile';
import { FileGates } from './fileGates';
import type { GateNetwork } from './gateNetwork';
import { gateNetworkOf } from './gateNetwork';

/** Functions that make gates. */
const GATE = /sigmoid|tanh/i;

/** A source file read for `placeGates`: once for each version of its text, for any number of recordings. */
export class GateSource {
  private known: readonly GateNetwork[] | null = null;

  constructor(
    readonly text: string,
    readonly language: SourceLanguage,
  ) {}

  /** False where the text has no word that SE blocks have, neither a name that says so nor a gate: nothing need be run. */
  get mayHaveBlocks(): boolean {
    return GATE.test(this.text) || (this.text.match(/[a-z]\w*/gi) ?? []).some((word) => SE_NAME.test(word));
  }

  /** In source order; none where the file cannot be read. It is run dry when they are first asked for. */
  get networks(): readonly GateNetwork[] {
    this.known ??= networksOf(this.text, this.language);
    return this.known;
  }
}

function networksOf(text: string, language: SourceLanguage): readonly GateNetwork[] {
  try {
    const file = new SourceFile(text, language);
    const gates = new FileGates(file);
    return readNetworks(file).map((report) => gateNetworkOf(report, gates));
  } catch (thrown) {
    // Expressions nested beyond JavaScript's own stack, which the parser follows by recursion.
    if (thrown instanceof RangeError) return [];
    throw thrown;
  }
}
