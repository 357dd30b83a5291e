import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { generateRecorder } from '../../src/core/codegen/recorder/generateRecorder';
import { compileModel } from '../../src/core/model/compileModel';
import { parseDefinition } from '../../src/core/model/parseDefinition';
import type { GatesService, ShownGates } from '../../src/host/editor/gates/shownGates';
import type { Playground } from '../../src/host/playground';
import { PYTHON } from '../support/pytorch/torchPython';
import { armB, examplePlan, metrics, status } from '../unit/host/runFixtures';
import { cleanUp, EXTENSION_ID, eventually, openFile, playground, workspaceFile } from './hostUnderTest';

const folder = () => workspaceFile('recorded');
const inFolder = (name: string) => vscode.Uri.joinPath(folder(), name);
const bytes = (text: string) => new TextEncoder().encode(text);
const write = (name: string, text: string) => vscode.workspace.fs.writeFile(inFolder(name), bytes(text));

async function supportFile(name: string): Promise<string> {
  const extension = vscode.extensions.getExtension(EXTENSION_ID);
  assert.ok(extension);
  const uri = vscode.Uri.joinPath(extension.extensionUri, 'test/support/recordings', name);
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}

/** Records with the hook script where there is PyTorch; else the recording that was committed is the one to show. */
async function record(): Promise<string> {
  await write(generateRecorder().fileName, generateRecorder().text);
  await write('recordSeResnet.py', await supportFile('recordSeResnet.py'));
  try {
    await promisify(execFile)(PYTHON, [inFolder('recordSeResnet.py').fsPath, folder().fsPath]);
    return 'recorded now, by PyTorch';
  } catch (thrown) {
    if (await hasTorch()) throw thrown;
    await write('seResnet.excitation.json', await supportFile('seResnet.excitation.json'));
    return `SKIPPED recording: no torch in ${PYTHON}`;
  }
}

const hasTorch = () =>
  promisify(execFile)(PYTHON, ['-c', 'import torch']).then(
    () => true,
    () => false,
  );

suite('Gates beside code', () => {
  let host: Playground & { gates: GatesService };
  suiteSetup(async () => (host = (await playground()) as typeof host));
  teardown(async () => {
    await cleanUp(folder());
    for (const { runId } of await host.store.list()) await host.store.delete(runId);
  });

  const open = async (name: string) =>
    vscode.window.showTextDocument(await vscode.workspace.openTextDocument(inFolder(name)));
  const shownIn = (document: vscode.TextDocument, isMeant: (shown: ShownGates) => boolean = () => true) =>
    eventually(async () => {
      const shown = await host.gates.gatesOf(document);
      return shown && isMeant(shown) ? shown : undefined;
    }, host.gates.onDidChange);
  const noneIn = (document: vscode.TextDocument) =>
    eventually(
      async () => ((await host.gates.gatesOf(document)) === undefined ? true : undefined),
      host.gates.onDidChange,
    );
  const lensesOf = async (document: vscode.TextDocument) =>
    (
      (await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
      )) ?? []
    ).filter(({ command }) => /gates/i.test(command?.command ?? ''));
  const titlesOf = (lenses: readonly vscode.CodeLens[]) => lenses.map(({ command }) => command?.title ?? '');
  const replace = async ({ document }: vscode.TextEditor, from: string, to: string) => {
    const edit = new vscode.WorkspaceEdit();
    const start = document.getText().indexOf(from);
    assert.ok(start >= 0, `${from} is not in the text`);
    edit.replace(
      document.uri,
      new vscode.Range(document.positionAt(start), document.positionAt(start + from.length)),
      to,
    );
    await vscode.workspace.applyEdit(edit);
  };

  test('a recording of the hook script lights up the source of its PyTorch model', async () => {
    await write('seResnet.py', await supportFile('seResnet.py'));
    // eslint-disable-next-line no-console -- says in the log which of the two was tested
    console.log(`  the recording: ${await record()}`);
    const { document } = await open('seResnet.py');
    const shown = await shownIn(document);
    assert.deepEqual(
      shown.lines.map(({ range, blocks }) => [document.getText(range), blocks.length]),
      [
        ['SELayer(planes, reduction=2)', 1],
        ['SELayer(planes, reduction=4)', 6],
      ],
    );
    assert.equal(shown.stale, undefined);
    assert.deepEqual(shown.source.kind, 'recording');
    assert.match(shown.source.label, /seResnet\.excitation\.json$/);
    assert.equal(shown.trace.blocks.length, 7);
    assert.equal(shown.version, document.version);

    const titles = titlesOf(await lensesOf(document));
    assert.match(
      titles[0] ?? '',
      /^Gates of stem\.attention · mean 0\.\d\d · class spread 0\.\d{3} · saturated /,
    );
    assert.match(titles[1] ?? '', /^from recorded\/seResnet\.excitation\.json$/);
    assert.match(titles[2] ?? '', /^Gates of 6 SE blocks · mean 0\.\d\d to 0\.\d\d · /);

    const line = shown.lines[1]?.range.start.line ?? 0;
    for (const place of [shown.lines[1]?.range.start, document.lineAt(line).range.end]) {
      assert.ok(place);
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        place,
      );
      const text = hovers
        .flatMap(({ contents }) => contents.map((part) => (part as vscode.MarkdownString).value))
        .join('\n');
      assert.match(text, /data:image\/svg\+xml;base64,/);
      assert.match(text, /most class-selective: channel \*\*\d+\*\* \([a-z]+ 0\.\d\d, [a-z]+ 0\.\d\d\)/);
      assert.ok(text.length < 100_000);
    }
    const elsewhere = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      new vscode.Position(0, 4),
    );
    assert.deepEqual(elsewhere, []);
  });

  test('gates stay on their lines while the file is edited, are outdated when it makes other blocks, and go when switched off', async () => {
    await write('seResnet.py', await supportFile('seResnet.py'));
    await write('seResnet.excitation.json', await supportFile('seResnet.excitation.json'));
    const editor = await open('seResnet.py');
    const { document } = editor;
    const before = await shownIn(document);
    await replace(editor, 'import torch\n', 'import torch\n\n\n');
    const moved = await shownIn(document, ({ version }) => version === document.version);
    assert.deepEqual(
      moved.lines.map(({ range }) => range.start.line),
      before.lines.map(({ range }) => range.start.line + 2),
    );
    // Half a statement takes nothing away.
    await replace(editor, 'return SEResNet([3', 'return SEResNet(([3');
    assert.equal((await shownIn(document, ({ version }) => version === document.version)).lines.length, 2);
    await replace(editor, 'return SEResNet(([3', 'return SEResNet([3');

    await replace(editor, '[2, 2, 2]', '[2, 2, 1]');
    const outdated = await shownIn(document, ({ stale }) => stale !== undefined);
    assert.match(outdated.stale ?? '', /7 SE blocks, se_resnet14 now makes 6/);
    assert.match(titlesOf(await lensesOf(document)).join('\n'), /outdated[^]*\$\(warning\)/);
    await replace(editor, '[2, 2, 1]', '[2, 2, 2]');
    await shownIn(document, ({ stale }) => stale === undefined);

    const settings = vscode.workspace.getConfiguration('sePlayground.heatmap');
    await settings.update('enabled', false, vscode.ConfigurationTarget.Workspace);
    await noneIn(document);
    assert.deepEqual(await lensesOf(document), []);
    await settings.update('enabled', undefined, vscode.ConfigurationTarget.Workspace);
    await shownIn(document);
  });

  test('asks once where only the user knows, and remembers', async () => {
    const renamed = (await supportFile('seResnet.py')).replaceAll('self.layer', 'self.stage');
    await write('renamed.py', renamed);
    await write('seResnet.excitation.json', await supportFile('seResnet.excitation.json'));
    const { document } = await open('renamed.py');
    const question = await eventually(async () => {
      const found = await lensesOf(document);
      return found.length > 0 ? found : undefined;
    }, host.gates.onDidChange);
    assert.match(
      titlesOf(question)[0] ?? '',
      /Gates of recorded\/seResnet\.excitation\.json fit se_resnet14: Show$/,
    );
    assert.equal(titlesOf(question)[1], 'Not here');
    assert.equal(await host.gates.gatesOf(document), undefined);
    const run = (lens: vscode.CodeLens | undefined) =>
      vscode.commands.executeCommand(
        lens?.command?.command ?? '',
        ...((lens?.command?.arguments ?? []) as unknown[]),
      );

    await run(question[1]);
    await eventually(
      async () => ((await lensesOf(document)).length === 0 ? true : undefined),
      host.gates.onDidChange,
    );
    await vscode.commands.executeCommand('sePlayground.chooseGates', document.uri, null);
    const again = await eventually(async () => {
      const found = await lensesOf(document);
      return found.length > 0 ? found : undefined;
    }, host.gates.onDidChange);
    await run(again[0]);
    assert.equal((await shownIn(document)).lines.length, 2);

    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const reopened = await open('renamed.py');
    assert.equal((await shownIn(reopened.document)).source.kind, 'recording');
    await vscode.commands.executeCommand('sePlayground.chooseGates', reopened.document.uri, null);
  });

  test('a definition shows its newest run, and another run or recording when it was chosen', async () => {
    const text = JSON.stringify(
      { version: 1, name: 'Beside', backbone: { depth: 8 }, se: { stages: [2, 3] } },
      null,
      2,
    );
    const { spec } = parseDefinition(text);
    assert.ok(spec);
    const plan = examplePlan('gates-of-a-run');
    await host.store.create({
      ...plan,
      arms: plan.arms.map((arm) => (arm.id === 'b' ? { ...arm, spec } : arm)),
    });
    const blocks = compileModel(spec).blocks.map(({ id, channels }) => ({
      block: id,
      channels,
      mean: Array.from({ length: 2 * channels }, (_, at) => (at % 10) / 10),
      deviation: Array.from({ length: 2 * channels }, () => 0),
      saturatedLow: 0.1,
      saturatedHigh: 0,
    }));
    const { document } = await openFile('.senet.json', text);
    await noneIn(document);
    for (const body of [
      status('starting'),
      { kind: 'epoch' as const, metrics: metrics(armB, 1) },
      {
        kind: 'excitation' as const,
        job: armB,
        epoch: 1,
        summary: { classes: 2, imagesPerClass: [1, 1], blocks },
      },
      status('stopping'),
      status('stopped'),
    ])
      assert.equal(host.store.apply(plan.runId, body), undefined);
    const shown = await shownIn(document);
    assert.deepEqual(shown.source, {
      id: 'run:gates-of-a-run:b',
      kind: 'run',
      label: 'Example',
      detail: 'with SE, seed 1, epoch 1',
    });
    assert.deepEqual(
      shown.lines.map(({ range, blocks: ids }) => [document.getText(range), ids]),
      [
        ['2', ['layer2.0.se']],
        ['3', ['layer3.0.se']],
      ],
    );
    assert.equal(titlesOf(await lensesOf(document)).length, 3);
    await vscode.commands.executeCommand('sePlayground.chooseGates', document.uri, shown.source.id);
    await shownIn(document, ({ source }) => source.id === shown.source.id);
    await host.store.delete(plan.runId);
    await noneIn(document);
    const [lost] = titlesOf(await lensesOf(document));
    assert.match(lost ?? '', /not there any more/);
    await vscode.commands.executeCommand('sePlayground.chooseGates', document.uri, null);
    assert.deepEqual(await lensesOf(document), []);
  });

  test('a damaged recording is no hindrance, and a whole one opens in the panel', async () => {
    await write('damaged.excitation.json', '{"format":"se-playground.excitation","version":1}');
    await write('seResnet.py', await supportFile('seResnet.py'));
    await write('seResnet.excitation.json', await supportFile('seResnet.excitation.json'));
    const { document } = await open('seResnet.py');
    assert.match((await shownIn(document)).source.label, /seResnet/);
    const uri = inFolder('seResnet.excitation.json');
    const opened = await vscode.commands.executeCommand<vscode.Uri>('sePlayground.openRecording', uri);
    assert.equal(opened.toString(), uri.toString());
    const refused = await vscode.commands.executeCommand(
      'sePlayground.openRecording',
      inFolder('damaged.excitation.json'),
    );
    assert.equal(refused, undefined);
    await vscode.commands.executeCommand('notifications.clearAll');
  });
});
