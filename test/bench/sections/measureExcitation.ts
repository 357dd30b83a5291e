import { median } from '../../../src/core/training/statistics';
import { benchSpec } from '../benchPlan';
import type { BenchResult } from '../benchResult';
import type { BenchScene } from '../benchScene';
import { EvaluationPeer } from '../peers/evaluationPeer';

/** Images of one piece; ten pieces are CIFAR-10's test set. */
const PIECE = 1000;
const PIECES = 10;
const SWEPT_CHANNELS = 3;
const KEPT_BYTES = 256 * 2 ** 20;

/** What recording the gates adds to an evaluation, and what one channel of a sweep takes. On one worker; pieces in turn. */
export async function measureExcitation({
  plan,
  browser,
  say,
}: BenchScene): Promise<BenchResult['excitation']> {
  const spec = benchSpec(20, plan.width);
  const peer = await EvaluationPeer.start(browser, spec, PIECE);
  try {
    const plain: number[] = [];
    const recording: number[] = [];
    await peer.plainMs();
    await peer.recordingMs();
    for (let piece = 0; piece < PIECES; piece++) {
      plain.push(await peer.plainMs());
      recording.push(await peer.recordingMs());
      const [one, other] = [plain.at(-1)!, recording.at(-1)!];
      say(`${piece + 1}/${PIECES} plain ${one.toFixed(0)} ms, recording ${other.toFixed(0)} ms`);
    }
    const sweeps = [];
    for (const [block, index] of [
      ['first', 0],
      ['middle', 4],
      ['last', -1],
    ] as const) {
      const anew = await peer.sweepMs(index, SWEPT_CHANNELS, 0);
      const kept = await peer.sweepMs(index, SWEPT_CHANNELS, KEPT_BYTES);
      say(
        `sweep of the ${block} block: ${anew.toFixed(0)} ms a channel, ${kept.toFixed(0)} with what is kept`,
      );
      sweeps.push({ block, anew_ms: anew, kept_ms: kept });
    }
    return {
      model: spec.name,
      images: PIECE * PIECES,
      plain_ips: (1000 * PIECE) / median(plain),
      recording_ips: (1000 * PIECE) / median(recording),
      ratio: median(recording) / median(plain),
      sweep_images: PIECE,
      sweeps,
    };
  } finally {
    await peer.stop();
  }
}
