import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { jobGroup } from '../../../src/protocol/uiWorkerContract';

describe('the guard of a job’s group', () => {
  const { port1, port2 } = new MessageChannel();

  it('lets message ports through as they are', () => {
    const ports = v.parse(jobGroup, { rank: 1, ports: [port1, port2] }).ports;
    expect([ports[0] === port1, ports[1] === port2]).toEqual([true, true]);
  });

  it.each([
    ['a rank outside the group', { rank: 2, ports: [port1] }],
    ['what has no postMessage', { rank: 0, ports: [{}] }],
    ['a port that is lost', { rank: 0, ports: [null] }],
    ['text in place of ports', { rank: 0, ports: 'ports' }],
  ])('refuses %s', (_, group) => {
    expect(v.is(jobGroup, group)).toBe(false);
  });
});
