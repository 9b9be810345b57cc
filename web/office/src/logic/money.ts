/** Amounts as the server writes them: "1200.00 EUR". Sums are made of whole minor units, never of fractions. */

const WRITTEN = /^(-?)(\d+)(?:\.(\d+))? ([A-Z]{3})$/;

/** Adds amounts up by currency; what is no amount is left out. */
export function sums(amounts: readonly string[]): string[] {
  const found = new Map<string, { minor: bigint; places: number }>();
  for (const amount of amounts) {
    const [, sign, whole, fraction = '', currency] = WRITTEN.exec(amount) ?? [];
    if (currency === undefined) continue;
    const minor = BigInt(`${whole}${fraction}`) * (sign ? -1n : 1n);
    found.set(currency, { minor: (found.get(currency)?.minor ?? 0n) + minor, places: fraction.length });
  }
  return [...found].map(([currency, { minor, places }]) => `${written(minor, places)} ${currency}`);
}

function written(minor: bigint, places: number): string {
  const digits = String(minor < 0n ? -minor : minor).padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const fraction = places ? `.${digits.slice(-places)}` : '';
  return `${minor < 0n ? '-' : ''}${whole}${fraction}`;
}

/** An amount with thin spaces between the thousands, for the eyes. */
export const grouped = (amount: string): string =>
  amount.replace(/\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, '\u202f')).replace(' ', '\u00a0');
