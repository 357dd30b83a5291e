import { defineConfig } from 'vitest/config';

// One process at a time: the browser levels share two cores with a VS Code and a Chromium.
const level = (name: string, timeoutMs: number) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    environment: 'node' as const,
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    pool: 'forks' as const,
    fileParallelism: name === 'unit',
  },
});

export default defineConfig({
  test: {
    projects: [
      level('unit', 60_000),
      level('engine', 180_000),
      level('webview', 120_000),
      level('e2e', 600_000),
    ],
    poolOptions: { forks: { maxForks: 2 } },
  },
});
