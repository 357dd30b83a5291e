import { afterEach, describe, expect, it, vi } from 'vitest';
import { PlaygroundError } from '../../../src/core/errors';
import { GradientExchange } from '../../../webview/engine/parallel/gradientExchange';
import { groupPorts } from '../../../webview/ui/training/groupPorts';

let open: GradientExchange[] = [];

function group(size: number): GradientExchange[] {
  open = groupPorts(size).map((ports, rank) => new GradientExchange(rank, ports));
  return open;
}

afterEach(() => {
  vi.unstubAllGlobals();
  for (const exchange of open) exchange.close();
});

describe('GradientExchange', () => {
  it.each([1, 2, 3, 5])(
    'gives all of %i workers the same sum, added in the order of the ranks',
    async (size) => {
      // In float32 these sums depend on the order.
      const given = Array.from({ length: size }, (_, rank) =>
        Float32Array.of(1e8, rank, 0.1 * rank, -1e8 / (rank + 1)),
      );
      const expected = given.reduce((sum, values) =>
        sum.map((value, index) => Math.fround(value + values[index]!)),
      );
      const sums = await Promise.all(group(size).map((exchange, rank) => exchange.exchange(given[rank]!)));
      for (const sum of sums) expect(sum).toEqual(expected);
    },
  );

  it('keeps the turns apart, however far ahead one worker is', async () => {
    const [slow, fast] = group(2);
    const first = fast!.exchange(Float32Array.of(1)).then((sum) => sum[0]);
    const second = first.then(() => fast!.exchange(Float32Array.of(20))).then((sum) => sum[0]);
    expect((await slow!.exchange(Float32Array.of(2)))[0]).toBe(3);
    // The fast one has sent its second turn before this one asks for it.
    await new Promise((resolve) => setTimeout(resolve));
    expect((await slow!.exchange(Float32Array.of(40)))[0]).toBe(60);
    expect(await Promise.all([first, second])).toEqual([3, 60]);
  });

  it('leaves what it was given alone, and sends the same buffers to and fro', async () => {
    let made = 0;
    const construct = (type: typeof ArrayBuffer, given: [number]) => {
      made++;
      return new type(...given);
    };
    vi.stubGlobal('ArrayBuffer', new Proxy(ArrayBuffer, { construct }));
    const exchanges = group(3);
    const given = exchanges.map((_, rank) => new Float32Array(1000).fill(rank));
    const round = () => Promise.all(exchanges.map((exchange, rank) => exchange.exchange(given[rank]!)));
    await round();
    expect(made).toBe(6);
    for (let turn = 0; turn < 20; turn++) await round();
    expect(made).toBe(6);
    expect(given.map((values) => values.every((value) => value === values[0]))).toEqual([true, true, true]);
  });

  it('gathers numbers in double precision', async () => {
    const exchanges = group(3);
    const all = await Promise.all(
      exchanges.map((exchange, rank) => exchange.gather(Float64Array.of(rank + 0.1))),
    );
    for (const one of all) expect(one.map(([value]) => value)).toEqual([0.1, 1.1, 2.1]);
  });

  it('ends everywhere when one worker ends, after what it had sent', async () => {
    const [leader, follower, other] = group(3);
    const last = [leader!, follower!, other!].map((exchange) => exchange.exchange(Float32Array.of(1)));
    leader!.close();
    // The leader's own turn is cut short; the others have all they need.
    await expect(last[0]).rejects.toMatchObject({ code: 'cancelled' });
    expect((await Promise.all(last.slice(1))).map((sum) => sum[0])).toEqual([3, 3]);
    for (const exchange of [follower!, other!]) {
      await expect(exchange.exchange(Float32Array.of(1))).rejects.toMatchObject({ code: 'cancelled' });
    }
  });

  it('fails everywhere with the reason of the one that failed', async () => {
    const [first, second, third] = group(3);
    const waiting = [first!, third!].map((exchange) => exchange.exchange(Float32Array.of(1)));
    second!.close(new PlaygroundError('engine/non-finite', 'Training diverged.'));
    for (const one of waiting) {
      await expect(one).rejects.toMatchObject({ code: 'engine/non-finite', message: 'Training diverged.' });
    }
  });

  it('fails when another worker is gone without a word, or is at another point', async () => {
    const [[toDead], [dead]] = groupPorts(2) as [[MessagePort], [MessagePort]];
    const left = new GradientExchange(0, [toDead]);
    const waiting = left.exchange(Float32Array.of(1));
    dead.close();
    await expect(waiting).rejects.toMatchObject({ code: 'engine/peer-lost' });

    const [one, other] = group(2);
    const mismatched = [one!.exchange(Float32Array.of(1)), other!.exchange(Float32Array.of(1, 2))];
    for (const result of await Promise.allSettled(mismatched)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'engine/peer-mismatch' } });
    }
  });
});
