/** Our side of the bench, in a worker: the engine as the product builds it, driven step by step from outside. */
import * as tf from '@tensorflow/tfjs-core';
import { createSynthetic } from '../../../src/core/data/synthetic';
import type { ModelSpec } from '../../../src/core/model/modelSpec';
import type { BackendChoice } from '../../../src/core/training/runPlan';
import { startBackend } from '../../../webview/engine/backend/startBackend';
import { WasmMemory } from '../../../webview/engine/kernels/emitted/wasmMemory';
import { EngineSession, type StepTimes } from './engineSession';
import { EvaluationSession } from './evaluationSession';
import { gemmGflops } from './gemmGflops';
import { PortCollector } from './portCollector';

/** As many as an epoch of the bench needs; of CIFAR-10's shape, which is all that matters for time. */
const IMAGES = 2048;

const data = createSynthetic(1, { train: IMAGES, test: 1 });
const sessions = new Map<string, EngineSession>();
const lines = new PortCollector();
let evaluated: EvaluationSession | undefined;

const bench = {
  /** Gives what computes, in words. */
  async start(choice: BackendChoice, wasmBase64: string): Promise<string> {
    if (typeof SharedArrayBuffer !== 'undefined') {
      throw new Error('There is SharedArrayBuffer here; a webview has none, and the bench must not either.');
    }
    const wasm = Uint8Array.from(atob(wasmBase64), (character) => character.charCodeAt(0));
    return (await startBackend({ choice, wasm })).device;
  },

  /** With `size` above 1 the page has to connect the group's workers too. */
  async open(
    key: string,
    spec: ModelSpec,
    batch: number,
    { rank, size }: { rank: number; size: number },
  ): Promise<void> {
    const ports = await lines.take(size - 1);
    sessions.set(key, new EngineSession(spec, data.train, batch, { rank, ports }));
  },

  run(key: string, steps: number): Promise<StepTimes> {
    return sessionOf(key).run(steps);
  },

  openEvaluation(spec: ModelSpec, images: number): void {
    evaluated?.dispose();
    evaluated = new EvaluationSession(spec, data.train, images);
  },

  evaluation(): EvaluationSession {
    if (!evaluated) throw new RangeError('No evaluation is open');
    return evaluated;
  },

  closeAll(): void {
    for (const session of sessions.values()) session.dispose();
    sessions.clear();
  },

  /** One measurement of what a matrix product reaches. */
  gemmGflops,

  memory(): { wasm_bytes: number; tensor_bytes: number; tensors: number } {
    const { numTensors, numBytes } = tf.memory();
    const { byteLength } = WasmMemory.of(tf.backend()).memory.buffer;
    return { wasm_bytes: byteLength, tensor_bytes: numBytes, tensors: numTensors };
  },
};

function sessionOf(key: string): EngineSession {
  const session = sessions.get(key);
  if (!session) throw new RangeError(`No session ${key} is open`);
  return session;
}

export type EngineBench = typeof bench;
Object.assign(globalThis, { bench });
