/**
 * Import this before the toolkit. While it loads, FAST adds an empty style element to see whether `:focus-visible` works; without a nonce
 * our Content-Security-Policy refuses it, and focus rings would show on every click. FAST looks for the nonce in this meta element.
 */
const nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce;
if (nonce) {
  const meta = document.createElement('meta');
  meta.setAttribute('property', 'csp-nonce');
  meta.content = nonce;
  document.head.append(meta);
}

export {};
