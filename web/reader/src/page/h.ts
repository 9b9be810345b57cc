/** Elements, made in one call. Text is only ever set as text: nothing of a pack is read as HTML. */

type Child = Node | string | number | null | undefined | false;
type Attributes = Record<string, string | number | boolean | undefined | null | ((event: never) => void)>;

/** Make an element: `h('button.quiet', { onclick, 'aria-label': '...' }, 'Close')`. */
export function h<Tag extends keyof HTMLElementTagNameMap = 'div'>(
  name: Tag | `${Tag}.${string}`,
  attributes?: Attributes | null,
  ...children: (Child | Child[])[]
): HTMLElementTagNameMap[Tag] {
  const [tag, ...classes] = name.split('.') as [Tag, ...string[]];
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(' ');
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === 'function') element.addEventListener(key.slice(2), value as EventListener);
    else element.setAttribute(key, value === true ? '' : String(value));
  }
  fill(element, children);
  return element;
}

export function fill(element: Element, children: (Child | Child[])[]): void {
  for (const child of ([] as Child[]).concat(...children)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/** Put these in the place of all that an element holds. */
export function refill(element: Element, ...children: (Child | Child[])[]): void {
  element.textContent = '';
  fill(element, children);
}

const PATHS = {
  check: 'M3 8.5l3.2 3.2L13 5',
  cross: 'M4 4l8 8M12 4l-8 8',
  lock: 'M4 7.5h8v6H4zM5.8 7.5V5.2a2.2 2.2 0 0 1 4.4 0v2.3',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0-9zM10.4 10.4L14 14',
  print: 'M4.5 6V2.5h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7v4h-7z',
  dash: 'M4 8h8',
  clip: 'M10.5 4.5l-5 5a1.6 1.6 0 0 0 2.3 2.3l5-5a3.2 3.2 0 0 0-4.6-4.6l-5 5a4.7 4.7 0 0 0 6.6 6.6l3.7-3.7',
  keys: 'M2 4.5h12v7H2zM4.5 7h.01M7 7h.01M9.5 7h.01M11.8 7h.01M5 9.4h6',
  reply: 'M6.5 4L3 7.5L6.5 11M3.3 7.5H9a4 4 0 0 1 4 4v1',
} as const;
export type Icon = keyof typeof PATHS;

/** A small drawing; what it means always stands beside it in words. */
export function icon(name: Icon, size = 16): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const set: Record<string, string> = {
    width: String(size), height: String(size), viewBox: '0 0 16 16', fill: 'none', stroke: 'currentColor',
    'stroke-width': '1.6', 'stroke-linecap': 'round', 'stroke-linejoin': 'round', 'aria-hidden': 'true',
  }; // prettier-ignore
  for (const key of Object.keys(set)) svg.setAttribute(key, set[key]!);
  svg.append(path(PATHS[name]));
  return svg;
}

/** The mark: a seal, broken open. */
export function mark(): SVGElement {
  const svg = icon('check', 26);
  svg.setAttribute('viewBox', '0 0 32 32');
  svg.setAttribute('stroke-width', '2.6');
  svg.textContent = '';
  for (const line of ['M20.6 4.8a12 12 0 1 0 6.6 6.6', 'M11 11v6.2a5 5 0 0 0 10 0V15', 'M21 10.4 27.2 4.6'])
    svg.append(path(line));
  return svg;
}

function path(line: string): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  element.setAttribute('d', line);
  return element;
}
