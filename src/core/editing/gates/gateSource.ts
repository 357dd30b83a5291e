import type { SourceLanguage } from '../../codegen/sourceLanguage';
import { readNetworks } from '../dryRun/readNetworks';
import { SourceFile } from '../syntax/sourceFile';
import { FileGates } from './fileGates';
import type { GateNetwork } from './gateNetwork';
import { gateNetworkOf } from './gateNetwork';

/** What every SE block has: a name that says so, or a function that makes gates. */
const TRACE_OF_BLOCKS =
  /sigmoid|squeeze|excit|tanh|(?:^|[^a-z])(?:[ec]|channel_?|effective_?)?se(?![a-rt-z])/i;

/** A source file read for `placeGates`: once for each version of its text, for any number of recordings. */
export class GateSource {
  private known: readonly GateNetwork[] | null = null;

  constructor(
    readonly text: string,
    readonly language: SourceLanguage,
  ) {}

  /** False where the text has no word that SE blocks have: nothing need be run. */
  get mayHaveBlocks(): boolean {
    return TRACE_OF_BLOCKS.test(this.text);
  }

  /** In source order. The file is run dry when they are first asked for. */
  get networks(): readonly GateNetwork[] {
    if (!this.known) {
      const file = new SourceFile(this.text, this.language);
      const gates = new FileGates(file);
      this.known = readNetworks(file).map((report) => gateNetworkOf(report, gates));
    }
    return this.known;
  }
}
