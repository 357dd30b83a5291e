/** The words of `placeGates`: where in a source file the SE blocks of a recording are made. */
import type { BlockId } from '../../model/graph';
import type { Span } from '../syntax/ast';

/** A place in the source that makes SE blocks of the recording: several where a class or function is used several times. */
export interface GateSite {
  /** The expression that makes the block, else the call that applies it. UTF-16 units of the text. */
  readonly span: Span;
  /** Ids of the recording, in network order. */
  readonly blocks: readonly BlockId[];
}

/** The blocks of a recording in one network of the file. */
export interface GatePlacement {
  /** `NetworkReport.entry`: a function, class or expression of the file. */
  readonly network: string;
  /** Where the network is written. */
  readonly offset: number;
  /** In source order; no two with the same span. */
  readonly sites: readonly GateSite[];
  /** Blocks of the recording that have no place in the file. */
  readonly missing: readonly BlockId[];
}

/**
 * certain: paths and channels say that this network was recorded, or the user has said so. open: blocks, channels and stages fit, but the
 * paths do not tell, or several networks fit in different ways: ask. changed: the file is the recording's own, but no network fits any more;
 * `why` is a sentence. none: the file has nothing to do with the recording.
 */
export type GateMatch =
  | { readonly kind: 'certain'; readonly placement: GatePlacement }
  /** In source order, at least one; each shows the blocks at other places than the others. */
  | { readonly kind: 'open'; readonly placements: readonly GatePlacement[] }
  | { readonly kind: 'changed'; readonly placement: GatePlacement; readonly why: string }
  | { readonly kind: 'none' };

/** What is known of the file beside its text. */
export interface KnownFile {
  /** Without a folder. */
  readonly fileName: string;
  /** `sha256:` and 64 hexadecimal digits, of `fingerprintText(text)`. */
  readonly fingerprint: string;
  /** `GatePlacement.network` that the user chose for this file and `traceFamily(trace)`. */
  readonly chosen?: string;
}
