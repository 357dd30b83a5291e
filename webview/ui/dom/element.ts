/** Children are nodes or plain text; text always becomes a text node, so no string can turn into markup. */
export type Child = Node | string | null | undefined | false;

export interface Attributes {
  class?: string;
  /** Event listeners by event name. */
  on?: Readonly<Record<string, (event: Event) => void>>;
  /** Any other attribute; `true` sets it empty, `false` and `undefined` leave it out. */
  [attribute: string]: string | number | boolean | undefined | Attributes['on'];
}

/** Makes an HTML element. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  applyAttributes(made, attributes);
  appendChildren(made, children);
  return made;
}

/** Makes an SVG element. */
export function svgElement<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  applyAttributes(made, attributes);
  appendChildren(made, children);
  return made;
}

/** Sets, changes or removes attributes; `on` adds listeners. */
export function applyAttributes(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'on') {
      for (const [type, listener] of Object.entries(attributes.on ?? {}))
        target.addEventListener(type, listener);
    } else if (value === undefined || value === false) {
      target.removeAttribute(name);
    } else {
      target.setAttribute(name, value === true ? '' : String(value));
    }
  }
}

function appendChildren(target: Element, children: readonly Child[]): void {
  for (const child of children) if (child || child === '') target.append(child);
}

/** Changes the text only when it differs, so that live regions and selections are left alone. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** Shows or hides without touching layout code elsewhere. */
export function setHidden(target: HTMLElement, hidden: boolean): void {
  if (target.hidden !== hidden) target.hidden = hidden;
}
