// @ts-check
/** Bytes: their encodings, and SHA-256 with the browser's Web Crypto. */

/** @typedef {Uint8Array} Bytes */

const encoder = new TextEncoder();

/** @param {string} text @returns {Bytes} */
export function bytes(text) {
  return encoder.encode(text);
}

/** @param {string} text base64 @returns {Bytes} */
export function fromBase64(text) {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

/** @param {Bytes} data */
export function toBase64(data) {
  return btoa(String.fromCharCode(...data));
}

/** @param {string} text hex digits @returns {Bytes} */
export function fromHex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** @param {Bytes} data */
export function hex(data) {
  return [...data].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {...(Bytes | number[])} parts @returns {Promise<Bytes>} SHA-256 of all parts in a row */
export async function hash(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
}

/** @param {Bytes} a @param {Bytes} b */
export function same(a, b) {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
