/**
 * The suite that runs inside VS Code's extension host: `npm test -- host` in the browser build, `npm run test:electron` on the desktop. Both
 * call `run()`. Results go to dist/test-results/host.json.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import Mocha from 'mocha';

interface Results {
  passed: number;
  failed: number;
  failures: { title: string; message: string }[];
}

/** Mocha's reporters format with `%s` and clear the screen, which the way out of VS Code passes on as it is. */
class Silent extends Mocha.reporters.Base {
  override epilogue(): void {}
}

function print(line: string): void {
  // eslint-disable-next-line no-console -- the extension host's console is the suite's way out of VS Code
  console.log(line);
}

/** Resolves when every test passed; rejects otherwise, which makes VS Code exit with 1. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'tdd', timeout: 120_000, reporter: Silent });
  // Mocha defines `suite` and `test` on this event, which it sends itself only for files that it loads.
  mocha.suite.emit(Mocha.Suite.constants.EVENT_FILE_PRE_REQUIRE, globalThis, '', mocha);
  await import('./activation.test');
  await import('./definitions.test');
  await import('./exports.test');
  await import('./gates.test');
  await import('./importRun.test');
  await import('./insertSeBlock.test');
  await import('./panel.test');
  await import('./seEditing.test');
  await import('./sideView.test');
  const results: Results = { passed: 0, failed: 0, failures: [] };
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on('pass', (test) => {
        results.passed++;
        print(`  ok   ${test.fullTitle()} (${test.duration ?? 0} ms)`);
      })
      .on('fail', (test, error: unknown) => {
        results.failed++;
        const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
        results.failures.push({ title: test.fullTitle(), message });
        print(`  FAIL ${test.fullTitle()}\n${message}`);
      });
  });
  const folder = path.join(__dirname, '../../test-results');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'host.json'), `${JSON.stringify(results, null, 2)}\n`);
  if (results.failed > 0)
    throw new Error(`${results.failed} of ${results.passed + results.failed} host tests failed.`);
  if (results.passed === 0) throw new Error('No host test ran.');
}
