/** HTML and SVG text in which everything interpolated is escaped unless it is markup made here. */
export class Markup {
  constructor(readonly text: string) {}
}

type Part = string | number | Markup | readonly Markup[];

/** Tagged template (not called `html`, or the formatter would change its spaces): strings and numbers are escaped for element content and quoted attributes. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const pieces = strings.map(
    (literal, index) => literal + (index < parts.length ? render(parts[index]!) : ''),
  );
  return new Markup(pieces.join(''));
}

function render(part: Part): string {
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map((piece) => piece.text).join('');
  return escapeMarkup(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
