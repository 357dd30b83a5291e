import { svgElement } from '../../dom/element';

/** A piece of a drawing, for the page and for files alike. How it looks is up to its class. */
export interface Mark {
  tag: 'path' | 'text' | 'rect' | 'circle';
  attributes: Readonly<Record<string, string | number>>;
  text?: string;
}

export function markElement({ tag, attributes, text }: Mark): SVGElement {
  return svgElement(tag, { ...attributes }, text);
}

export function markMarkup({ tag, attributes, text = '' }: Mark): string {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(String(value))}"`);
  return `<${tag}${written.join('')}>${escaped(text)}</${tag}>`;
}

/** Also without the characters that XML has no way to write. */
export function escaped(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex -- these are the ones XML forbids
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}
