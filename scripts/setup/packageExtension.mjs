import { join } from 'node:path';
import process from 'node:process';
import { repoRoot } from './cachePaths.mjs';

export const vsixPath = join(repoRoot, 'dist', 'se-playground.vsix');

/**
 * The command that packages the built extension: program, then arguments. Everything it ships is bundled already, and
 * the pictures of the README lie in the package.
 */
export const packageCommand = [
  process.execPath,
  join(repoRoot, 'node_modules', '@vscode', 'vsce', 'vsce'),
  ...[
    'package',
    '--no-dependencies',
    '--allow-missing-repository',
    '--no-rewrite-relative-links',
    '--out',
    vsixPath,
  ],
];
