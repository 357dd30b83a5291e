import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { EXTENSION_ID, playground } from './hostUnderTest';

interface Manifest {
  contributes: {
    commands: { command: string }[];
    configuration: { properties: Record<string, { default: unknown }> };
  };
}

suite('Activation', () => {
  const manifest = () => vscode.extensions.getExtension(EXTENSION_ID)?.packageJSON as Manifest;

  test('registers every command of the manifest, and no other of ours', async () => {
    await playground();
    const declared = manifest().contributes.commands.map(({ command }) => command);
    const registered = (await vscode.commands.getCommands(true)).filter((command) =>
      /^sePlayground\.[^.]+$/.test(command),
    );
    assert.deepEqual(registered.sort(), declared.sort());
    assert.ok(declared.includes('sePlayground.quickCifar'));
  });

  test('reads its settings with the defaults of the manifest', () => {
    const { properties } = manifest().contributes.configuration;
    assert.deepEqual(Object.keys(properties).sort(), [
      'sePlayground.backend',
      'sePlayground.codeLens.enabled',
      'sePlayground.datasetFolder',
      'sePlayground.heatmap.enabled',
      'sePlayground.insert.importFrom',
    ]);
    for (const [name, { default: value }] of Object.entries(properties)) {
      assert.deepEqual(vscode.workspace.getConfiguration().inspect(name)?.defaultValue, value, name);
    }
  });

  test('loads neither TensorFlow.js nor the code parsers', async () => {
    await playground();
    const extension = vscode.extensions.getExtension(EXTENSION_ID);
    assert.ok(extension);
    const folder = vscode.Uri.joinPath(extension.extensionUri, 'dist/host');
    const textOf = async (name: string) =>
      new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, name)));
    // What the entry reaches by static imports is what activation reads; `import(...)` is not.
    const texts = new Map<string, string>();
    const due = ['extension.js'];
    for (let name = due.pop(); name !== undefined; name = due.pop()) {
      if (texts.has(name)) continue;
      const text = await textOf(name);
      texts.set(name, text);
      due.push(...[...text.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)].map(([, file]) => file ?? ''));
    }
    const read = [...texts.values()].join('\n');
    const all = (await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name);
    const rest = await Promise.all(
      all.filter((name) => name.endsWith('.js') && !texts.has(name)).map(textOf),
    );
    assert.ok(read.length < 300_000, `${read.length} bytes are read at activation`);
    assert.ok(!read.includes('webgl2'), 'TensorFlow.js is in the host bundle');
    assert.ok(!read.includes('FunctionDefinition'), 'the Python grammar is read at activation');
    assert.ok(
      rest.join().includes('FunctionDefinition'),
      'the Python grammar is nowhere, so the line above says nothing',
    );
  });
});
