import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeTrace } from '../../../src/core/excitation/traceFile';
import { rememberingFitter } from '../../../src/host/editor/gates/chooseGates';
import { fitSource } from '../../../src/host/editor/gates/fitSource';

const folder = new URL('../../support/recordings/', import.meta.url);
const source = readFileSync(new URL('seResnet.py', folder), 'utf8');
const trace = decodeTrace(readFileSync(new URL('seResnet.excitation.json', folder), 'utf8'));

function fit(text: string, fileName = 'seResnet.py', chosen?: string) {
  const fitter = fitSource(text, 'python', fileName);
  return { fitter, match: fitter.fit({}, trace, chosen) };
}

describe('a recording of the hook script beside its own source', () => {
  it('lights up the lines that make the blocks', () => {
    const { fitter, match } = fit(source);
    if (match.kind !== 'certain') throw new Error(match.kind);
    expect(match.placement.network).toBe('se_resnet14');
    expect(match.placement.missing).toEqual([]);
    expect(
      match.placement.sites.map(({ span, blocks }) => ({ text: source.slice(span.from, span.to), blocks })),
    ).toEqual([
      { text: 'SELayer(planes, reduction=2)', blocks: ['stem.attention'] },
      {
        text: 'SELayer(planes, reduction=4)',
        blocks: ['layer1.0.se', 'layer1.1.se', 'layer2.0.se', 'layer2.1.se', 'layer3.0.se', 'layer3.1.se'],
      },
    ]);
    expect(fitter.isOwn(trace)).toBe(true);
    // The fingerprint is the one that Python has computed.
    expect(fitter.noteOn?.(trace)).toBeUndefined();
  });

  it('stays where the file was edited elsewhere, and says so', () => {
    const { fitter, match } = fit(`# A comment\r\n${source.replaceAll('\n', '\r\n')}`);
    expect(match.kind).toBe('certain');
    expect(fitter.noteOn?.(trace)).toContain('was edited since');
    const { fitter: same } = fit(`\uFEFF${source.replaceAll('\n', '\r\n')}`);
    expect(same.noteOn?.(trace)).toBeUndefined();
  });

  it('is outdated where the network makes other blocks', () => {
    const { match } = fit(source.replaceAll('[2, 2, 2]', '[4, 1, 1]'));
    expect(match).toMatchObject({ kind: 'changed' });
  });

  it('is measured by the network that it was of, after an edit', () => {
    const edited = source.replaceAll('[2, 2, 2]', '[2, 2, 1]');
    const { fitter } = fit(edited);
    const before = {
      source: { id: 'x', kind: 'recording', label: 'x', detail: '' },
      trace,
      network: 'se_resnet14',
      sites: [],
    } as const;
    const match = rememberingFitter(fitter, before).fit({}, trace, undefined);
    expect(match).toMatchObject({ kind: 'changed', placement: { network: 'se_resnet14' } });
  });

  it('is nothing to a file of another network', () => {
    expect(fit('import torch\nfrom torch import nn\n', 'other.py').match.kind).toBe('none');
  });

  it('is matched once for an epoch after the other of a run', () => {
    const { fitter, match } = fit(source);
    expect(fitter.fit({}, { ...trace, epoch: 2 }, undefined)).toBe(match);
    expect(fitter.fit({}, trace, 'se_resnet20')).not.toBe(match);
  });
});
