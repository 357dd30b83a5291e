import { describe, expect, it } from 'vitest';
import { panelHtml } from '../../../src/host/panel/panelHtml';

const html = panelHtml(
  { script: 'https://host/page.js?a=1&b="2"', style: 'https://host/page.css' },
  'https://host',
  'N0nce',
);
const policy = new Map(
  (/http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '')
    .split(';')
    .map((directive) => directive.trim().split(/\s+/))
    .map(([name = '', ...sources]) => [name, sources] as const),
);

describe('panelHtml', () => {
  it('denies by default and allows no inline or evaluated code', () => {
    expect(policy.get('default-src')).toEqual(["'none'"]);
    const all = [...policy.values()].flat();
    for (const unsafe of ["'unsafe-inline'", "'unsafe-eval'", '*', 'http:', 'https:', 'data:']) {
      expect(all.filter((source) => source === unsafe)).toEqual(unsafe === 'data:' ? ['data:'] : []);
    }
    expect(policy.get('img-src')).toContain('data:');
  });

  it('runs our script by nonce, compiles WASM, and starts workers from blobs only', () => {
    expect(policy.get('script-src')).toEqual(["'nonce-N0nce'", "'wasm-unsafe-eval'"]);
    expect(policy.get('worker-src')).toEqual(['blob:']);
    expect(policy.get('connect-src')).toEqual(['https://host']);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).toMatch(/<script nonce="N0nce" src="[^"]*" defer><\/script>/);
    expect(html).not.toMatch(/<style|style=| on\w+=/);
  });

  it('escapes what it puts into attributes', () => {
    expect(html).toContain('src="https://host/page.js?a=1&amp;b=&quot;2&quot;"');
  });
});
