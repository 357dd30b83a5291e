import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { compileModel } from '../../src/core/model/compileModel';
import { elementCount } from '../../src/core/model/graph';
import { planRun } from '../../src/core/training/runPlanner';
import { presetByKey } from '../../src/core/model/presets';
import { encodeCheckpoint } from '../../src/core/weights/checkpoint';
import { decodeSafetensors } from '../../src/core/weights/safetensors';
import type { Playground } from '../../src/host/playground';
import { readRecording } from '../../src/host/recordings/readRecording';
import { cleanUp, openFile, playground, workspaceFile } from './hostUnderTest';

const JOB = { arm: 'b', seed: 1 } as const;
const fileNames = async () =>
  (await vscode.workspace.fs.readDirectory(workspaceFile('.'))).map(([name]) => name);

suite('Generated source and exported weights', () => {
  let host: Playground;
  const runs: string[] = [];
  suiteSetup(async () => (host = await playground()));
  teardown(async () => {
    for (const runId of runs.splice(0)) await host.store.delete(runId);
    // Untitled documents would be asked about.
    while (vscode.window.activeTextEditor?.document.isUntitled) {
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
    await cleanUp();
  });

  const generate = (argument: unknown) =>
    vscode.commands.executeCommand<vscode.TextDocument | undefined>('sePlayground.generateSource', argument);

  test('opens the source of a preset as an untitled document of its language', async () => {
    const python = await generate({ model: 'preset:quick', framework: 'pytorch' });
    assert.ok(python);
    assert.deepEqual([python.languageId, python.isUntitled], ['python', true]);
    assert.match(python.getText(), /^class ResNet\(nn\.Module\):/m);
    assert.equal(vscode.window.activeTextEditor?.document, python);
    const typescript = await generate({ model: 'preset:quick', framework: 'tfjs-ts' });
    assert.equal(typescript?.languageId, 'typescript');
  });

  test('takes the definition in the active editor', async () => {
    const text = '{ "version": 1, "name": "At hand", "backbone": { "depth": 8 }, "se": "none" }';
    await openFile('.senet.json', text);
    const document = await generate({ framework: 'pytorch' });
    assert.match(document?.getText() ?? '', /At hand/);
    assert.doesNotMatch(document?.getText() ?? '', /class SqueezeExcite/);
  });

  test('opens a training script that is Python and knows its definition', async () => {
    const document = await vscode.commands.executeCommand<vscode.TextDocument>(
      'sePlayground.generateTrainingScript',
      { model: 'preset:quick' },
    );
    await vscode.commands.executeCommand('notifications.clearAll');
    assert.equal(document.languageId, 'python');
    assert.match(document.getText(), /SE-ResNet-8, quick[^]*--resume/);
  });

  test('opens the recorder for PyTorch models', async () => {
    const document = await vscode.commands.executeCommand<vscode.TextDocument>(
      'sePlayground.recordExcitations',
    );
    await vscode.commands.executeCommand('notifications.clearAll');
    assert.deepEqual([document.languageId, document.isUntitled], ['python', true]);
    assert.match(document.getText(), /^def record_excitations\(/m);
  });

  /** A run with a checkpoint, as training leaves it. */
  async function trainedRun(runId: string): Promise<string> {
    const spec = presetByKey('resnet-8-synthetic')?.spec;
    assert.ok(spec);
    const plan = planRun({ runId, createdAtMs: 1, spec, overrides: { epochs: 1 } });
    await host.store.create(plan);
    runs.push(runId);
    host.store.apply(runId, { kind: 'status', status: 'starting' });
    const numbers = { trainLoss: 1, trainAccuracy: 0, validationLoss: 1, validationAccuracy: 0 };
    const pace = { imagesPerSecond: 1, stepMs: 1, epochMs: 1, learningRate: 0.1 };
    host.store.apply(runId, { kind: 'epoch', metrics: { ...JOB, epoch: 1, ...numbers, ...pace } });
    const tensors = compileModel(plan.arms[1]?.spec ?? spec).nodes.flatMap(({ params }) =>
      params.map(({ name, shape }) => ({
        name,
        shape,
        values: new Float32Array(elementCount(shape)).fill(2),
      })),
    );
    const data = encodeCheckpoint({ epoch: 1, step: 1, tensors });
    await host.store.saveCheckpoint(runId, JOB, { epoch: 1, data });
    host.store.apply(runId, { kind: 'status', status: 'interrupted' });
    return runId;
  }
  const exportWeights = (argument: unknown) =>
    vscode.commands.executeCommand<vscode.Uri | undefined>('sePlayground.exportWeights', argument);

  test('writes weights in either format, and no temporary file stays', async () => {
    const runId = await trainedRun('exports-under-test');
    const safetensors = workspaceFile('under-test.safetensors');
    await exportWeights({ runId, format: 'safetensors', target: safetensors });
    const bytes = await vscode.workspace.fs.readFile(safetensors);
    const { tensors, metadata } = decodeSafetensors(bytes);
    assert.deepEqual([tensors[0]?.name, metadata.get('epoch')], ['conv1.weight', '1']);
    const model = workspaceFile('model.json');
    await exportWeights({ runId, format: 'tfjs', target: model.fsPath });
    const names = await fileNames();
    assert.ok(names.includes('model.json') && names.includes('weights.bin'));
    assert.deepEqual(
      names.filter((name) => name.endsWith('.tmp')),
      [],
    );
    await cleanUp(safetensors, model, workspaceFile('weights.bin'));
  });

  test("saves a run's gates as a recording that opens again", async () => {
    const runId = await trainedRun('exports-under-test');
    const blocks = compileModel(presetByKey('quick')!.spec).blocks.map(({ id, channels }) => ({
      block: id,
      channels,
      mean: Array<number>(10 * channels).fill(0.25),
      deviation: Array<number>(10 * channels).fill(0),
      saturatedLow: 0,
      saturatedHigh: 0,
    }));
    const summary = { classes: 10, imagesPerClass: Array<number>(10).fill(7), blocks };
    host.store.apply(runId, { kind: 'status', status: 'starting' });
    host.store.apply(runId, { kind: 'status', status: 'running' });
    host.store.apply(runId, { kind: 'excitation', job: JOB, epoch: 1, summary });
    host.store.apply(runId, { kind: 'status', status: 'interrupted' });
    const target = workspaceFile('run.excitation.json');
    const save = (argument: unknown) =>
      vscode.commands.executeCommand<vscode.Uri | undefined>('sePlayground.saveExcitations', argument);
    assert.equal((await save({ runId, target }))?.toString(), target.toString());
    const trace = await readRecording(target);
    assert.deepEqual(
      trace.blocks.map(({ block }) => block),
      blocks.map(({ block }) => block),
    );
    assert.deepEqual([trace.epoch, trace.classNames[0], trace.blocks[0]?.mean[0]], [1, 'class 0', 0.25]);
    assert.equal(await save({ runId, epoch: 5, target }), undefined);
    await vscode.commands.executeCommand('notifications.clearAll');
    await cleanUp(target);
  });

  test('leaves nothing behind where the model cannot be put in place', async () => {
    const runId = await trainedRun('exports-under-test');
    // A folder stands where the file would go.
    const target = workspaceFile('model.json');
    await vscode.workspace.fs.createDirectory(vscode.Uri.joinPath(target, 'inside'));
    assert.equal(await exportWeights({ runId, format: 'tfjs', target }), undefined);
    await vscode.commands.executeCommand('notifications.clearAll');
    const left = (await fileNames()).filter((name) => name.includes('weights') || name.endsWith('.tmp'));
    assert.deepEqual(left, []);
    await vscode.workspace.fs.stat(vscode.Uri.joinPath(target, 'inside'));
    await vscode.workspace.fs.delete(target, { recursive: true });
  });
});
