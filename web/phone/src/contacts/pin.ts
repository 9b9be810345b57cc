/** PINs: six signs without those that are mistaken for others. The network says the same in `network/pins.py`. */

export const ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
export const PIN_LENGTH = 6;

const PIN = new RegExp(`^[${ALPHABET}]{${PIN_LENGTH}}$`);

/** The PIN that somebody meant: in capitals, without spaces or dashes; null when it is none. */
export function parsePin(typed: string): string | null {
  const pin = typed.replaceAll(/[\s-]/g, '').toUpperCase();
  return PIN.test(pin) ? pin : null;
}

export const userIdOf = (pin: string, server: string): string => `@${pin.toLowerCase()}:${server}`;

/** The PIN of a Matrix user id; null for an account that is no subscriber's. */
export const pinOf = (userId: string): string | null => parsePin(/^@([a-z0-9]+):/.exec(userId)?.[1] ?? '');

export const serverOf = (userId: string): string => userId.slice(userId.indexOf(':') + 1);
