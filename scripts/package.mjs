// `npm run package`: sets up, builds and packs dist/se-playground.vsix with the quick subset in it.
import { stat } from 'node:fs/promises';
import process from 'node:process';
import { ensure } from './setup/bootstrap.mjs';
import { packageCommand, vsixPath } from './setup/packageExtension.mjs';
import { runTool } from './setup/runTool.mjs';

await ensure({ dependencies: true, cifar10: true, build: true });
const [program, ...args] = packageCommand;
await runTool(program ?? process.execPath, args, {});
console.log(`dist/se-playground.vsix ${((await stat(vsixPath)).size / 1e6).toFixed(1)} MB`);
