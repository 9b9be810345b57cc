const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/** A size in decimal units with three significant digits, e.g. "12.4 MB", in French "12,4 Mo". */
export function byteSize(bytes: number, language: string): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < PREFIXES.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 ? 0 : value < 10 ? 2 : value < 100 ? 1 : 0;
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
  return `${number} ${PREFIXES[unit]}${language === 'fr' ? 'o' : 'B'}`;
}

/** A share in percent that never rounds something to nothing, nor nearly all to all. */
export function percent(part: number, whole: number, language: string): string {
  if (whole === 0) return '–';
  const share = part / whole;
  const format = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: share < 0.1 ? 1 : 0 });
  if (part > 0 && share < 0.0005) return `< ${format.format(0.001)}`;
  if (part < whole && share > 0.995) return `> ${format.format(0.99)}`;
  return format.format(share);
}
