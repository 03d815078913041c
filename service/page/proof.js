// @ts-check
/** The arithmetic of proofs, with the browser's own Web Crypto: SHA-256, RFC 6962 trees, Ed25519. */

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
function fromHex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** @param {Bytes} data */
export function hex(data) {
  return [...data].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {...(Bytes | number[])} parts @returns {Promise<Bytes>} SHA-256 over all of them */
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

const WHOLE = /^(\{"timeline":.*?),"salt":"([0-9a-f]{32})","data":(\{.*\})\}$/s;
const REDACTED = /^(\{"timeline":.*?),"redacted":([1-9]\d{0,15})\}$/s;

/**
 * An event's exact line cut into the bytes that are hashed into the tree, and salt and data, or
 * the revision of the redaction that took them; null where it is neither.
 * @param {string} line
 * @returns {{leaf: Bytes, salt: Bytes | null, data: Bytes | null, redacted: number | null} | null}
 */
export function cut(line) {
  const whole = WHOLE.exec(line.trimEnd());
  if (whole) return { leaf: bytes(`${whole[1]}}`), salt: fromHex(whole[2]), data: bytes(whole[3]), redacted: null };
  const redacted = REDACTED.exec(line.trimEnd());
  if (!redacted) return null;
  return { leaf: bytes(`${redacted[1]}}`), salt: null, data: null, redacted: Number(redacted[2]) };
}

/** @param {Bytes} salt @param {Bytes} data as a header tells it */
export async function digest(salt, data) {
  return `sha256:${hex(await hash(bytes("onrecord-data-v1\0"), salt, data))}`;
}

/** @param {Bytes} leaf */
export function leafHash(leaf) {
  return hash([0], leaf);
}

/**
 * The root that an inclusion proof leads to, null where it cannot be one: RFC 9162, 2.1.3.2.
 * @param {number} index of the leaf @param {number} size of the tree
 * @param {Bytes} leaf its hash @param {Bytes[]} path
 * @returns {Promise<Bytes | null>}
 */
export async function rootOf(index, size, leaf, path) {
  if (index >= size) return null;
  let [own, last, root] = [index, size - 1, leaf];
  for (const other of path) {
    if (last === 0) return null;
    if (own % 2 === 1 || own === last) {
      root = await hash([1], other, root);
      while (own % 2 === 0 && own !== 0) [own, last] = [own / 2, Math.floor(last / 2)];
    } else root = await hash([1], root, other);
    [own, last] = [Math.floor(own / 2), Math.floor(last / 2)];
  }
  return last === 0 ? root : null;
}

/**
 * Whether the larger tree begins with the smaller, as the path shows: RFC 9162, 2.1.4.2.
 * @param {number} size of the smaller tree, at least 1 @param {Bytes} root of it
 * @param {number} larger the other one's size, and more @param {Bytes} other its root
 * @param {Bytes[]} path
 */
export async function grows(size, root, larger, other, path) {
  const whole = Number.isInteger(Math.log2(size)) ? [root, ...path] : path;
  const [first, ...rest] = whole;
  if (!first) return false;
  let [own, last, old, now] = [size - 1, larger - 1, first, first];
  while (own % 2 === 1) [own, last] = [Math.floor(own / 2), Math.floor(last / 2)];
  for (const step of rest) {
    if (last === 0) return false;
    if (own % 2 === 1 || own === last) {
      [old, now] = [await hash([1], step, old), await hash([1], step, now)];
      while (own % 2 === 0 && own !== 0) [own, last] = [own / 2, Math.floor(last / 2)];
    } else now = await hash([1], now, step);
    [own, last] = [Math.floor(own / 2), Math.floor(last / 2)];
  }
  return last === 0 && same(old, root) && same(now, other);
}

/** The y of every point of low order, and their second spellings; the sign stands in the last bit. */
const LOW_ORDER = [
  "00".repeat(32),
  `01${"00".repeat(31)}`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  `ec${"ff".repeat(30)}7f`,
  `ed${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(30)}7f`,
];

/** @param {string} key `name+hash+base64` of Ed25519, whether anything would be signed under it */
export function provesNothing(key) {
  const point = fromBase64(key.trim().split("+").slice(2).join("+")).slice(1);
  if (point.length !== 32) return true;
  point[31] &= 0x7f;
  return LOW_ORDER.includes(hex(point));
}

/**
 * What a signed checkpoint says, where the key signed it; else null.
 * @param {string} note C2SP signed-note @param {string} key `name+hash+base64`
 * @returns {Promise<{origin: string, size: number, root: Bytes} | null>}
 */
export async function openCheckpoint(note, key) {
  const [name, id, ...rest] = key.trim().split("+");
  const coded = fromBase64(rest.join("+"));
  if (coded.length !== 33 || coded[0] !== 1) return null;
  const expected = (await hash(bytes(`${name}\n`), coded)).slice(0, 4);
  const end = note.lastIndexOf("\n\n");
  const text = note.slice(0, end + 1);
  const lines = text.split("\n");
  if (hex(expected) !== id || lines[0] !== name) return null;
  const public_ = await crypto.subtle.importKey("raw", coded.slice(1), "Ed25519", false, ["verify"]);
  for (const line of note.slice(end + 2).split("\n")) {
    const [dash, signer, coding] = line.split(" ");
    if (dash !== "—" || signer !== name || !coding) continue;
    const signed = fromBase64(coding);
    if (!same(signed.slice(0, 4), expected)) continue;
    const true_ = await crypto.subtle.verify("Ed25519", public_, signed.slice(4), bytes(text));
    return true_ ? { origin: name, size: Number(lines[1]), root: fromBase64(lines[2]) } : null;
  }
  return null;
}
