/**
 * Sums of float32 vectors over a group of workers, by messages: there is no SharedArrayBuffer in a webview.
 *
 * An all-gather: every worker sends its vector to every other one, in a buffer that is handed over and not copied again, and adds up what all
 * sent, its own included, in the order of the ranks. So all workers hold the same sum to the last bit, and get it again in a repeated run. A ring
 * would send less (2 - 2/N vectors a worker instead of N - 1) but takes 2N - 2 hops; for two workers it is the same, and a few hundred thousand
 * numbers take a fraction of a millisecond.
 */
import { PlaygroundError } from '../../../src/core/errors';
import { Peer } from './peer';

export class GradientExchange {
  /** Workers in the group. */
  readonly size: number;
  private readonly peers: readonly Peer[];
  private sum = new Float32Array();

  /**
   * @param rank this worker's place in the group, from 0
   * @param ports a line to each of the other workers, in the order of their ranks
   */
  constructor(
    readonly rank: number,
    ports: readonly MessagePort[],
  ) {
    this.size = ports.length + 1;
    this.peers = ports.map((port) => new Peer(port));
  }

  /**
   * The sum over all workers of what each gives to this call. All of them must make the same calls with the same lengths.
   *
   * @returns valid until the next call; `flat` itself where there is one worker only
   * @throws PlaygroundError `cancelled` if another worker has ended its job, its reason if that failed, `engine/peer-lost` if it died
   */
  async exchange(flat: Float32Array): Promise<Float32Array> {
    if (this.size === 1) return flat;
    const contributions = await this.swap(flat);
    if (this.sum.length !== flat.length) this.sum = new Float32Array(flat.length);
    const { sum } = this;
    contributions.forEach((values, rank) => {
      if (rank === 0) sum.set(values);
      else for (let index = 0; index < sum.length; index++) sum[index]! += values[index]!;
    });
    for (const [index, peer] of this.peers.entries()) {
      peer.recycle(contributions[index < this.rank ? index : index + 1]!);
    }
    return sum;
  }

  /**
   * What each worker gives to this call, in the order of the ranks, this one's `values` themselves among it.
   *
   * @throws PlaygroundError as `exchange` does
   */
  gather(values: Float64Array): Promise<Float64Array[]> {
    return this.swap(values);
  }

  /** Ends the exchange, here and in the other workers: theirs rejects as cancelled, or with the reason if there is one. */
  close(reason?: PlaygroundError): void {
    for (const peer of this.peers) peer.close(reason);
  }

  private async swap<T extends Float32Array | Float64Array>(own: T): Promise<T[]> {
    for (const peer of this.peers) peer.send(own);
    const received = await Promise.all(this.peers.map((peer) => peer.receive()));
    for (const values of received) {
      if (values.constructor === own.constructor && values.length === own.length) continue;
      throw new PlaygroundError(
        'engine/peer-mismatch',
        'The workers that train the model together are not at the same point. Resume the run from its last checkpoint.',
      );
    }
    const all = received as T[];
    return [...all.slice(0, this.rank), own, ...all.slice(this.rank)];
  }
}
