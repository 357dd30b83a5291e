import { describe, expect, it } from 'vitest';
import { RecentTraces } from '../../../src/host/recordings/recentTraces';
import { traceOf } from './gatesFixture';

describe('traces that were read lately', () => {
  function reader() {
    const recent = new RecentTraces(100);
    const reads: string[] = [];
    const get = (key: string, stamp = '1', bytes = 40) =>
      recent.get(key, stamp, bytes, () => {
        reads.push(key);
        return key === 'bad' ? Promise.reject(new Error('damaged')) : Promise.resolve(traceOf([]));
      });
    return { get, reads };
  }

  it('are read once, and again when the file has changed', async () => {
    const { get, reads } = reader();
    expect(await get('a')).toBe(await get('a'));
    await get('a', '2');
    expect(reads).toEqual(['a', 'a']);
  });

  it('give way to newer ones, the longest unused first', async () => {
    const { get, reads } = reader();
    await get('a');
    await get('b');
    await get('a');
    await get('c');
    await get('a');
    await get('b');
    expect(reads).toEqual(['a', 'b', 'c', 'b']);
  });

  it('keep one that is larger than all may be, and failures', async () => {
    const { get, reads } = reader();
    await get('huge', '1', 1000);
    await get('huge', '1', 1000);
    await expect(get('bad')).rejects.toThrow('damaged');
    await expect(get('bad')).rejects.toThrow('damaged');
    expect(reads).toEqual(['huge', 'bad']);
  });
});
