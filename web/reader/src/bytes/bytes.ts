/** Bytes and the ways in which a pack writes them: hex in small letters, base64 (RFC 4648 section 4), UTF-8. */

const HEX = /^(?:[0-9a-f]{2})*$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Throws where the bytes are not UTF-8. */
export const fromUtf8 = (bytes: Uint8Array): string =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += (byte < 16 ? '0' : '') + byte.toString(16);
  return text;
}

/** Throws where the text is no hex of `length` bytes. */
export function fromHex(text: unknown, length?: number): Uint8Array {
  if (typeof text !== 'string' || !HEX.test(text) || (length !== undefined && text.length !== 2 * length))
    throw new Error('hex');
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = parseInt(text.substr(2 * at, 2), 16);
  return bytes;
}

/** Throws where the text is not base64 in its one form with padding. */
export function fromBase64(text: unknown): Uint8Array {
  if (typeof text !== 'string' || !BASE64.test(text)) throw new Error('base64');
  const binary = atob(text);
  if (btoa(binary) !== text) throw new Error('base64');
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** Base64 without its padding, as Matrix writes keys. */
export function fromUnpadded(text: unknown): Uint8Array {
  if (typeof text !== 'string' || text.indexOf('=') >= 0) throw new Error('base64');
  return fromBase64(text + '==='.slice(0, (4 - (text.length % 4)) % 4));
}

export function concat(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function equal(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let at = 0; at < left.length; at++) difference |= left[at]! ^ right[at]!;
  return difference === 0;
}
