/** Text as text: no markup, links, table cells or HTML can come of it. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[\\`*_{}[\]()#+\-.!|~<>&$]/g, (character) =>
      /[<>&]/.test(character) ? `&#${character.charCodeAt(0)};` : `\\${character}`,
    );
}

/** A link that runs a command; brackets of the arguments would end it. */
export function commandLink(title: string, command: string, ...args: unknown[]): string {
  const query = encodeURIComponent(JSON.stringify(args)).replace(
    /[()']/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `[${escapeMarkdown(title)}](command:${command}?${query})`;
}

/** A picture; `alt` is what a screen reader says in its place. */
export function svgImage(svg: string, alt: string): string {
  return `![${escapeMarkdown(alt)}](data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')})`;
}
