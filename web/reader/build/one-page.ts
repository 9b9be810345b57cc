/** Makes one file of the built page: script and style inside it, and a policy that lets nothing else run or be fetched. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import type { Plugin } from 'vite';

import { variables } from '../../desk/src/theme/tokens.ts';

const TOKENS = 'virtual:tokens.css';

const block = (selector: string, values: Record<string, string>): string =>
  `${selector}{${Object.entries(values)
    .map(([name, value]) => `${name}:${value};`)
    .join('')}}`;

/** The tokens of the desk as custom properties, light or dark by preference; paper is light. */
const tokens = (): string =>
  block(':root', { ...variables.constant, ...variables.light }) +
  `@media screen and (prefers-color-scheme: dark){${block(':root', variables.dark)}}`;

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** What the page may do: run its one script, wear its one style, show pictures and sound that lie beside it. No network. */
const policy = (script: string, style: string): string =>
  [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    "img-src 'self' file: blob: data:",
    "media-src 'self' file: blob: data:",
    'font-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

export function onePage(): Plugin {
  return {
    name: 'one-page',
    resolveId: (id) => (id === TOKENS ? `\0${TOKENS}` : null),
    load: (id) => (id === `\0${TOKENS}` ? tokens() : null),
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        let script = '';
        let style = '';
        for (const [name, file] of Object.entries(bundle)) {
          if (file.type === 'chunk') script += file.code;
          else if (name.endsWith('.css')) style += file.source;
          delete bundle[name];
        }
        // Nothing in the script may end its element, or begin a comment of HTML.
        script = script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
        const source = readFileSync(new URL('../reader.template.html', import.meta.url), 'utf8')
          .replace('POLICY', () => policy(script, style))
          .replace('STYLE', () => style)
          .replace('SCRIPT', () => script);
        this.emitFile({ type: 'asset', fileName: 'reader.html', source });
      },
    },
  };
}
