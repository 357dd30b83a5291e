import type { Span } from '../syntax/ast';

/** An SE block in a network of a file. */
export class NetworkGate {
  private known: number | null | undefined;

  /** @param read its channels, asked for once, and only where they matter: to know them, a piece of the file is run */
  constructor(
    /**
     * Dotted path of attributes from the network, that of the unit where the block is written out in one; or the name that the layer was
     * given. Empty where there is neither.
     */
    readonly path: string,
    /** The expression that makes or applies the block; null where no call of the file does. */
    readonly span: Span | null,
    /** Blocks with the same label are in one stage. */
    readonly stage: string,
    private readonly read: () => number | null,
  ) {}

  /** Null where they are not known. */
  get channels(): number | null {
    if (this.known === undefined) this.known = this.read();
    return this.known;
  }
}
