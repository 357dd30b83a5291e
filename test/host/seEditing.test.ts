import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ChangeOutcome } from '../../src/host/editor/verbs/changeSeBlock';
import type { ConvertOutcome } from '../../src/host/editor/verbs/convertNetwork';
import type { InsertOutcome } from '../../src/host/editor/verbs/insertSeBlock';
import type { RemoveOutcome } from '../../src/host/editor/verbs/removeSeBlock';
import { cleanUp, eventually, openFile, playground } from './hostUnderTest';
import { acceptPick, BLOCK, previewText, previewTabs, putCursor, retried, verb } from './seVerbs';

const SECOND = BLOCK.slice(BLOCK.indexOf('class BasicBlock')).replace('BasicBlock', 'OtherBlock');
const TWO_CLASSES = `${BLOCK}\n\n${SECOND}`;

/** A file with a block in its class. */
async function openWithBlock(): Promise<vscode.TextEditor> {
  const editor = await openFile('.py', BLOCK);
  putCursor(editor, 'out += identity');
  await verb('insertSeBlock', {});
  assert.match(editor.document.getText(), /self\.se\(out\)/);
  return editor;
}

suite('Change, remove and convert', () => {
  suiteSetup(() => playground());
  teardown(() => cleanUp());

  test('changes what arguments say and keeps the rest, as one undo step', async () => {
    const editor = await openWithBlock();
    const { document } = editor;
    putCursor(editor, 'self.se(out)');
    await verb<ChangeOutcome>('changeSeBlock', { gate: 'hard-sigmoid', reduction: 4 });
    const before = document.getText();
    assert.match(before, /Hardsigmoid/);
    const outcome = await verb<ChangeOutcome>('changeSeBlock', { reduction: 8 });
    assert.ok(outcome.changed, outcome.changed ? '' : outcome.reason.message);
    const after = document.getText();
    assert.equal(after, before.replace('reduction=4)', 'reduction=8)'));
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), before);
  });

  test('moves a block to another place', async () => {
    const editor = await openWithBlock();
    putCursor(editor, 'self.se(out)');
    const outcome = await verb<ChangeOutcome>('changeSeBlock', { variant: 'pre' });
    assert.ok(outcome.changed, outcome.changed ? '' : outcome.reason.message);
    assert.match(editor.document.getText(), /self\.conv1\(self\.se\(x\)\)/);
    assert.doesNotMatch(editor.document.getText(), /self\.se\(out\)/);
  });

  test('removes what was inserted: the file is as it was', async () => {
    const editor = await openWithBlock();
    const { document } = editor;
    const before = document.getText();
    putCursor(editor, 'self.se(out)');
    const outcome = await verb<RemoveOutcome>('removeSeBlock', {});
    assert.ok(outcome.removed, outcome.removed ? '' : outcome.reason.message);
    assert.ok('classRemoved' in outcome.summary && outcome.summary.classRemoved);
    assert.equal(document.getText(), BLOCK);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), before);
  });

  test('asks before it removes, with a preview', async () => {
    const editor = await openWithBlock();
    putCursor(editor, 'self.se(out)');
    const outcome = verb<RemoveOutcome>('removeSeBlock');
    await eventually(
      () => (previewTabs().length > 0 ? true : undefined),
      vscode.window.tabGroups.onDidChangeTabs,
    );
    assert.equal(await previewText(/class BasicBlock/), BLOCK);
    await acceptPick();
    assert.ok((await outcome).removed);
    assert.equal(editor.document.getText(), BLOCK);
  });

  test('says that there is nothing to change or remove', async () => {
    await openFile('.py', BLOCK);
    const changed = await verb<ChangeOutcome>('changeSeBlock', { reduction: 4 });
    const removed = await verb<RemoveOutcome>('removeSeBlock');
    assert.ok(!changed.changed && !removed.removed);
    assert.equal(changed.reason.code, 'no-site');
    assert.equal(removed.reason.code, 'no-site');
  });

  test('converts the whole file, or the class at the place, as one undo step', async () => {
    const editor = await openFile('.py', TWO_CLASSES);
    const { document } = editor;
    const whole = await verb<ConvertOutcome>('convertNetwork', { reduction: 4 });
    assert.ok(whole.converted, whole.converted ? '' : whole.reason.message);
    assert.ok('inserted' in whole.summary);
    assert.equal(whole.summary.inserted.length, 2);
    assert.equal(document.getText().match(/self\.se\(out\)/g)?.length, 2);
    assert.equal(document.getText().match(/^class SqueezeExcite/gm)?.length, 1);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), TWO_CLASSES);
    putCursor(editor, 'class OtherBlock');
    const one = await verb<ConvertOutcome>('convertNetwork', { scope: 'class' });
    assert.ok(one.converted && 'inserted' in one.summary);
    assert.equal(one.summary.inserted.length, 1);
    assert.ok(document.getText().indexOf('self.se(out)') > document.getText().indexOf('class OtherBlock'));
    const again = await verb<ConvertOutcome>('convertNetwork', { scope: 'class' });
    assert.ok(!again.converted);
    assert.equal(again.reason.code, 'already-there');
  });

  test('shows what a conversion would do before it is applied', async () => {
    const editor = await openFile('.py', TWO_CLASSES);
    const outcome = verb<ConvertOutcome>('convertNetwork');
    const preview = await previewText(/self\.se\(out\)[^]*class OtherBlock[^]*self\.se\(out\)/);
    assert.equal(editor.document.getText(), TWO_CLASSES);
    await acceptPick();
    assert.ok((await outcome).converted);
    assert.equal(editor.document.getText(), preview);
  });
});

suite('SE blocks of a model definition', () => {
  const DEFINITION = `{
  "version": 1,
  "name": "Definition under test",
  "backbone": { "depth": 8 },
  "se": { "reduction": 4 }
}
`;
  suiteSetup(() => playground());
  teardown(() => cleanUp());

  test('are changed and taken out by the same commands', async () => {
    const { document } = await openFile('.senet.json', DEFINITION);
    const changed = await verb<ChangeOutcome>('changeSeBlock', { reduction: 2, variant: 'pre' });
    assert.ok(changed.changed, changed.changed ? '' : changed.reason.message);
    assert.equal(document.getText(), DEFINITION.replace('"reduction": 4', '"reduction": 2, "place": "pre"'));
    const again = await verb<InsertOutcome>('insertSeBlock', {});
    assert.equal(again.inserted ? '' : again.reason.code, 'already-there');
    const removed = await verb<RemoveOutcome>('removeSeBlock', {});
    assert.ok(removed.removed);
    assert.match(document.getText(), /"se": "none"/);
  });

  test('are inserted with a preview that shows their settings', async () => {
    const text = DEFINITION.replace('{ "reduction": 4 }', '"none"');
    const { document } = await openFile('.senet.json', text);
    const outcome = verb<InsertOutcome>('insertSeBlock', { reduction: 8, preview: true });
    const preview = await previewText(/"reduction": 8/);
    assert.equal(document.getText(), text);
    await acceptPick();
    assert.ok((await outcome).inserted);
    assert.equal(document.getText(), preview);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), text);
  });
});

suite('Lenses and refactorings', () => {
  suiteSetup(() => playground());
  teardown(() => cleanUp());

  const lensesOf = async ({ document }: vscode.TextEditor) => {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
    );
    return lenses
      .filter(({ command }) => command?.command.startsWith('sePlayground.'))
      .map(({ range, command }) => ({ line: range.start.line, title: command?.title ?? '', command }));
  };

  test('offer a block above a class that can have one, and change and remove above one that has', async () => {
    const editor = await openFile('.py', BLOCK);
    const [lens, ...others] = await lensesOf(editor);
    assert.deepEqual(others, []);
    assert.equal(lens?.title, 'Add SE block (64 channels)…');
    assert.equal(lens.line, BLOCK.slice(0, BLOCK.indexOf('class BasicBlock')).split('\n').length - 1);
    putCursor(editor, 'out += identity');
    await verb('insertSeBlock', { reduction: 8 });
    const after = await retried(async () => {
      const now = await lensesOf(editor);
      return now[0]?.title === 'SE: r = 8' ? now : undefined;
    });
    assert.deepEqual(
      after.map(({ title }) => title),
      ['SE: r = 8', 'Change…', 'Remove…'],
    );
  });

  test('do what they say: the lens opens the pick at its site', async () => {
    const editor = await openFile('.py', BLOCK);
    const [lens] = await lensesOf(editor);
    const outcome = vscode.commands.executeCommand<{ inserted: boolean }>(
      lens?.command?.command ?? '',
      ...(lens?.command?.arguments ?? []),
    );
    await previewText(/self\.se\(out\)/);
    await acceptPick();
    assert.equal((await outcome).inserted, true);
  });

  test('stay with their class while a statement is half typed', async () => {
    const editor = await openFile('.py', BLOCK);
    const [before] = await lensesOf(editor);
    for (const typed of ['x = foo(\n', 'y = """\n']) {
      await editor.edit((builder) => builder.insert(new vscode.Position(2, 0), typed));
      const [lens] = await lensesOf(editor);
      assert.equal(lens?.title, before?.title);
      assert.match(editor.document.lineAt(lens?.line ?? 0).text, /^class BasicBlock/);
    }
  });

  test('are off where the setting says so', async () => {
    const editor = await openFile('.py', BLOCK);
    const settings = vscode.workspace.getConfiguration('sePlayground');
    await settings.update('codeLens.enabled', false, vscode.ConfigurationTarget.Global);
    try {
      assert.deepEqual(await lensesOf(editor), []);
    } finally {
      await settings.update('codeLens.enabled', undefined, vscode.ConfigurationTarget.Global);
    }
    assert.equal((await lensesOf(editor)).length, 1);
  });

  test('offer the verbs as refactorings on the lines where they mean something', async () => {
    const editor = await openFile('.py', BLOCK);
    const { document } = editor;
    const actionsAt = async (text: string) => {
      const position = document.positionAt(document.getText().indexOf(text));
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        new vscode.Range(position, position),
        vscode.CodeActionKind.Refactor.value,
      );
      return actions.filter(({ kind }) => kind?.value.startsWith('refactor.rewrite.seBlock'));
    };
    assert.deepEqual(await actionsAt('import torch'), []);
    const [insert] = await actionsAt('out += identity');
    assert.equal(insert?.title, 'Insert SE block (64 channels, r = 16)');
    await vscode.commands.executeCommand(insert.command?.command ?? '', ...(insert.command?.arguments ?? []));
    assert.match(document.getText(), /self\.se\(out\)/);
    assert.deepEqual(
      (await actionsAt('self.se = ')).map(({ kind }) => kind?.value),
      ['refactor.rewrite.seBlock.change', 'refactor.rewrite.seBlock.remove'],
    );
  });
});
