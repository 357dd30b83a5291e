import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { GradientCase } from './gradientCases';
import { PYTHON } from './torchPython';

/** What PyTorch says about one case, computed in float64. */
export interface TorchAnswer {
  /** In nats. */
  loss: number;
  /** Distance of the closest ReLU, gate or maximum to the point where its gradient jumps. */
  nearestKink: number;
  /** Of the trainable parameters, by name, row-major in the Graph's layouts. */
  gradients: ReadonlyMap<string, Float64Array>;
}

interface Reply {
  torch: string;
  answers: { loss: number; nearestKink: number; gradients: Record<string, string> }[];
}

/**
 * Has PyTorch compute loss and gradients of the cases, in training mode.
 *
 * @throws Error with Python's own words if it fails
 */
export function torchGradients(cases: readonly GradientCase[]): { torch: string; answers: TorchAnswer[] } {
  const input = JSON.stringify(
    cases.map(({ graph, labels, labelSmoothing, images, values }) => ({
      graph,
      labels,
      labelSmoothing,
      images: base64Floats(images.data),
      values: Object.fromEntries([...values].map(([name, value]) => [name, base64Floats(value)])),
    })),
  );
  // -B: no folder of compiled Python among the sources.
  const args = ['-B', path.join(import.meta.dirname, 'gradients.py')];
  const result = spawnSync(PYTHON, args, { input, encoding: 'utf8', maxBuffer: 1e9 });
  if (result.status !== 0) throw new Error(`PyTorch failed: ${result.stderr}`, { cause: result.error });
  const { torch, answers } = JSON.parse(result.stdout) as Reply;
  return {
    torch,
    answers: answers.map(({ gradients, ...rest }) => ({
      ...rest,
      gradients: new Map(Object.entries(gradients).map(([name, text]) => [name, float64s(text)])),
    })),
  };
}

function base64Floats(values: Float64Array): string {
  return Buffer.from(Float32Array.from(values).buffer).toString('base64');
}

function float64s(text: string): Float64Array {
  return new Float64Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
}
