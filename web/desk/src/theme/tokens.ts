/**
 * Every colour, size and distance of the desk. Components name a token (`var(--us-ink)`), never a value.
 *
 * One accent: deep blue is what can be pressed. Seal red is only for what is sealed or broken. Violet is kept for
 * privileged material. The rest is graphite.
 */

interface Scheme {
  /** Behind everything. */
  canvas: string;
  /** Where text is read. */
  surface: string;
  /** Menus, drawers and dialogs above a surface. */
  raised: string;
  /** Fields, code and quotes set into a surface. */
  sunken: string;
  hover: string;
  line: string;
  lineStrong: string;
  ink: string;
  inkMuted: string;
  inkFaint: string;
  accent: string;
  accentHover: string;
  accentInk: string;
  accentSoft: string;
  onAccent: string;
  seal: string;
  sealSoft: string;
  privileged: string;
  privilegedSoft: string;
  verified: string;
  mark: string;
  markInk: string;
  hatch: string;
  bar: string;
  barLocked: string;
  rail: string;
  railInk: string;
  railInkMuted: string;
  railHover: string;
  railActive: string;
  /** Six calm tints to tell senders apart, and the letter on them. */
  tints: readonly string[];
  tintInk: string;
  shadow: string;
}

const light: Scheme = {
  canvas: '#f3f4f6',
  surface: '#ffffff',
  raised: '#ffffff',
  sunken: '#f3f4f6',
  hover: '#f3f5f7',
  line: '#e1e4e8',
  lineStrong: '#c4c9d0',
  ink: '#1b2026',
  inkMuted: '#4f5863',
  inkFaint: '#5c6570',
  accent: '#1f4f8f',
  accentHover: '#183f73',
  accentInk: '#1f4f8f',
  accentSoft: '#e6edf7',
  onAccent: '#ffffff',
  seal: '#a3271c',
  sealSoft: '#fbeceb',
  privileged: '#6a4aa5',
  privilegedSoft: '#f1ecf9',
  verified: '#2c6e49',
  mark: '#ffe58f',
  markInk: '#1b2026',
  hatch: '#e7eaee',
  bar: '#6c8cb8',
  barLocked: '#b9c0c9',
  rail: '#20262c',
  railInk: '#f2f4f6',
  railInkMuted: '#a9b2bc',
  railHover: '#2c333b',
  railActive: '#3a434d',
  tints: ['#dde3ea', '#e4dfd6', '#d6e2e3', '#e3dce6', '#dfe4d6', '#e8dedb'],
  tintInk: '#3b4550',
  shadow: '0 1px 2px rgb(16 24 32 / 6%), 0 8px 24px rgb(16 24 32 / 12%)',
};

const dark: Scheme = {
  canvas: '#121518',
  surface: '#181c20',
  raised: '#20252a',
  sunken: '#101316',
  hover: '#22282e',
  line: '#2a3036',
  lineStrong: '#434b54',
  ink: '#e4e7ea',
  inkMuted: '#a3acb6',
  inkFaint: '#8a949e',
  accent: '#2f66ad',
  accentHover: '#3a74bf',
  accentInk: '#8ab6ef',
  accentSoft: '#1c2c42',
  onAccent: '#ffffff',
  seal: '#f08b80',
  sealSoft: '#371c1b',
  privileged: '#bba4e8',
  privilegedSoft: '#2a2338',
  verified: '#7cc49b',
  mark: '#6a5513',
  markInk: '#fff3c9',
  hatch: '#232a31',
  bar: '#5f83b6',
  barLocked: '#4a545e',
  rail: '#0e1113',
  railInk: '#f2f4f6',
  railInkMuted: '#98a2ac',
  railHover: '#1b2024',
  railActive: '#272e35',
  tints: ['#343d47', '#403a31', '#2d3f41', '#3d3543', '#39402f', '#433634'],
  tintInk: '#d3dae1',
  shadow: '0 1px 2px rgb(0 0 0 / 40%), 0 8px 28px rgb(0 0 0 / 50%)',
};

export const schemes = { light, dark } as const;

/** Sizes and families that hold in both schemes. */
const constant = {
  text: '0.9375rem',
  small: '0.8125rem',
  tiny: '0.75rem',
  rail: '84px',
  top: '56px',
  drawer: '400px',
  list: '420px',
  facets: '216px',
  measure: '44rem',
  radius: '6px',
  sans: `'Inter Variable', 'Noto Sans', 'Noto Sans Arabic', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', system-ui, sans-serif, 'Noto Color Emoji', 'Apple Color Emoji', 'Segoe UI Emoji'`,
  mono: `'IBM Plex Mono', ui-monospace, 'Noto Sans Mono', monospace`,
} as const;

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const asVariables = (values: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]): [string, string][] =>
      Array.isArray(value)
        ? value.map((each, index) => [`--us-${kebab(name).replace(/s$/, '')}-${index}`, String(each)])
        : [[`--us-${kebab(name)}`, String(value)]],
    ),
  );

/** The tokens as custom properties: those of both schemes, of light, and of dark. */
export const variables = {
  constant: asVariables(Object.fromEntries(Object.entries(constant).map(([name, value]) => [`size-${name}`, value]))),
  light: asVariables(light),
  dark: asVariables(dark),
};

export const families = { sans: constant.sans, mono: constant.mono };
