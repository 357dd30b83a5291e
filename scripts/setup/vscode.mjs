import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { announce } from './announce.mjs';
import { cachePaths, codeServerVersion, vscodeVersion } from './cachePaths.mjs';
import { canInstallPackages, findOnPath, installPackages, runTool } from './runTool.mjs';

/** Written last into an install folder: an install without it was interrupted, unless it passes the real check. */
const marker = '.se-complete';

/** What the native modules of code-server are compiled with, by Debian's names. */
const buildPackages = ['libkrb5-dev', 'libsecret-1-dev', 'pkg-config', 'python3', 'make', 'g++'];

/**
 * The Node 24 that VS Code's server needs, wherever npm put the platform's package.
 *
 * @returns {{ home: string, program: string } | undefined} `home` holds bin/ and include/
 */
export function findNode24() {
  const modules = join(cachePaths().node24Install, 'node_modules');
  const platformPackage = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  for (const home of [
    join(modules, 'node', 'node_modules', platformPackage),
    join(modules, platformPackage),
  ]) {
    const program = join(home, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    if (existsSync(program)) return { home, program };
  }
  return undefined;
}

/** @type {import('./bootstrap.mjs').SetupStep} */
export const node24 = {
  isDone: () => isComplete(cachePaths().node24Install, '24', checkNode24),
  async make() {
    announce('vscode: npm install node@24');
    const folder = await freshInstallFolder(cachePaths().node24Install);
    await runTool('npm', ['install', '--no-audit', '--no-fund', 'node@24'], { cwd: folder, quiet: true });
    if (!(await checkNode24())) throw new Error(`npm installed node@24 into ${folder}, yet it does not run.`);
    await writeFile(join(folder, marker), '24');
    announce('vscode: Node 24 is ready');
  },
};

/** @type {import('./bootstrap.mjs').SetupStep} */
export const vscode = {
  isDone: () => isComplete(cachePaths().codeServerInstall, codeServerVersion, checkCodeServer),
  async make() {
    const node = findNode24();
    if (!node) throw new Error('Node 24 must be set up before VS Code.');
    await ensureBuildTools();
    announce(
      `vscode: npm install code-server@${codeServerVersion} (compiles native modules, about 3 minutes)`,
    );
    const folder = await freshInstallFolder(cachePaths().codeServerInstall);
    await runTool(
      'npm',
      ['install', '--unsafe-perm', '--no-audit', '--no-fund', `code-server@${codeServerVersion}`],
      {
        cwd: folder,
        quiet: true,
        env: {
          ...process.env,
          PATH: join(node.home, 'bin') + delimiter + (process.env['PATH'] ?? ''),
          npm_config_nodedir: node.home,
          // code-server reads the version of Node from here, and the npm that runs us has put its own in.
          npm_config_user_agent: `npm/? node/v24 ${process.platform} ${process.arch}`,
        },
      },
    );
    if (!(await checkCodeServer())) {
      throw new Error(
        `npm installed code-server into ${folder}, yet VS Code ${vscodeVersion} does not start from it.`,
      );
    }
    await writeFile(join(folder, marker), codeServerVersion);
    announce(`vscode: VS Code ${vscodeVersion} is ready`);
  },
};

/**
 * @param {string} folder
 * @param {string} version what the marker must say
 * @param {() => Promise<boolean>} check decides where there is no marker
 */
async function isComplete(folder, version, check) {
  const path = join(folder, marker);
  const said = await readFile(path, 'utf8').catch(() => undefined);
  if (said === version) return true;
  if (!(await check())) return false;
  await writeFile(path, version);
  return true;
}

async function checkNode24() {
  const node = findNode24();
  if (!node || !existsSync(join(node.home, 'include', 'node', 'node.h'))) return false;
  const version = await runTool(node.program, ['-v'], { quiet: true }).catch(() => '');
  return version.startsWith('v24.');
}

/** The server answers with its version, and the native modules that are compiled last load. */
async function checkCodeServer() {
  const node = findNode24();
  const { vscode: home, vscodeServerMain } = cachePaths();
  if (!node || !existsSync(vscodeServerMain)) return false;
  const load =
    "for (const name of ['node-pty', '@vscode/spdlog', '@vscode/sqlite3', 'kerberos']) require(name)";
  try {
    const version = await runTool(node.program, [vscodeServerMain, '--version'], { quiet: true });
    await runTool(node.program, ['-e', load], { cwd: home, quiet: true });
    return version.includes(vscodeVersion);
  } catch {
    return false;
  }
}

/**
 * Empties the folder and makes it an npm project of its own: two installs in one folder prune each other.
 *
 * @param {string} folder
 */
async function freshInstallFolder(folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'se-playground-install', private: true }),
  );
  return folder;
}

async function ensureBuildTools() {
  if (await hasBuildTools()) return;
  if (canInstallPackages()) {
    announce(`vscode: apt-get install ${buildPackages.join(' ')}`);
    await installPackages(buildPackages);
    return;
  }
  throw new Error(
    'VS Code has native modules to compile: install python3, make, a C++ compiler, pkg-config and the headers of ' +
      `Kerberos and libsecret (Debian and Ubuntu: "sudo apt-get install ${buildPackages.join(' ')}").`,
  );
}

async function hasBuildTools() {
  if (!['python3', 'make', 'g++', 'pkg-config'].every((name) => findOnPath(name))) return false;
  // Only Linux builds the Kerberos and libsecret bindings against the system's libraries.
  if (process.platform !== 'linux') return true;
  return runTool('pkg-config', ['--exists', 'krb5-gssapi', 'libsecret-1'], { quiet: true }).then(
    () => true,
    () => false,
  );
}
