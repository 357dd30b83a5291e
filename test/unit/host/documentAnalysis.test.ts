import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SitesReport } from '../../../src/core/editing/insertTypes';
import { DocumentAnalysis } from '../../../src/host/editor/sites/documentAnalysis';

const reportOf = (version: number): SitesReport => ({
  framework: null,
  sites: [],
  uses: [],
  problem: { code: 'no-framework', message: String(version) },
});

describe('the analysis of a document', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function analysed() {
    const document = { version: 1 };
    const versions: number[] = [];
    const announce = vi.fn();
    const analysis = new DocumentAnalysis(
      document,
      () => {
        versions.push(document.version);
        return Promise.resolve(reportOf(document.version));
      },
      announce,
    );
    const type = () => {
      document.version++;
      analysis.renew();
    };
    return { analysis, versions, announce, type };
  }

  it('is made once for a version, however often it is asked for', async () => {
    const { analysis, versions, announce } = analysed();
    const both = Promise.all([analysis.current(), analysis.current()]);
    await vi.runAllTimersAsync();
    expect(await both).toEqual([reportOf(1), reportOf(1)]);
    expect(await analysis.current()).toEqual(reportOf(1));
    expect(versions).toEqual([1]);
    expect(announce).toHaveBeenCalledTimes(1);
  });

  it('waits for a pause in the typing, and answers for the version of then', async () => {
    const { analysis, versions, type } = analysed();
    void analysis.current();
    await vi.runAllTimersAsync();
    for (let key = 0; key < 20; key++) {
      type();
      await vi.advanceTimersByTimeAsync(100);
    }
    const asked = analysis.current();
    expect(versions).toEqual([1]);
    await vi.runAllTimersAsync();
    expect(await asked).toEqual(reportOf(21));
    expect(versions).toEqual([1, 21]);
  });

  it('answers with nothing when the document is closed meanwhile', async () => {
    const { analysis, versions } = analysed();
    const asked = analysis.current();
    analysis.dispose();
    await vi.runAllTimersAsync();
    expect(await asked).toBeNull();
    expect(versions).toEqual([]);
  });
});
