/** What the fake worker is told to do. */
export interface FakeScript {
  /** Epochs a worker trains without asking; further ones wait for the test. */
  freeEpochs: number;
  /** Validation accuracy after each epoch, by arm; seeds add a thousandth each. */
  accuracies: { a: readonly number[]; b: readonly number[] };
  estimates: {
    a: { stepMs: number; evaluationMsPerImage: number };
    b: { stepMs: number; evaluationMsPerImage: number };
  };
  failure?: { arm: 'a' | 'b'; epoch: number; code: string; message: string; crash?: boolean };
}

export const QUIET_SCRIPT: FakeScript = {
  freeEpochs: 1000,
  accuracies: { a: [0.31, 0.402, 0.467], b: [0.3, 0.415, 0.489] },
  estimates: {
    a: { stepMs: 100, evaluationMsPerImage: 0.5 },
    b: { stepMs: 110, evaluationMsPerImage: 0.6 },
  },
};
