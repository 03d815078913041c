// @ts-check
/** Signed checkpoints: opens them with a key, with the browser's Ed25519. */

import { bytes, fromBase64, hash, hex, same } from "./bytes.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */

/** The points of low order, in all their encodings, without the sign bit. */
const LOW_ORDER = [
  "00".repeat(32),
  `01${"00".repeat(31)}`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  `ec${"ff".repeat(30)}7f`,
  `ed${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(30)}7f`,
];

/**
 * Whether a key is unsafe: with a point of low order, signatures of anything can be valid.
 * @param {string} key `name+hash+base64` of Ed25519
 */
export function provesNothing(key) {
  const point = fromBase64(key.trim().split("+").slice(2).join("+")).slice(1);
  if (point.length !== 32) return true;
  point[31] &= 0x7f;
  return LOW_ORDER.includes(hex(point));
}

/**
 * The content of a signed checkpoint; null if the key did not sign it.
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
  const imported = await crypto.subtle.importKey("raw", coded.slice(1), "Ed25519", false, ["verify"]);
  for (const line of note.slice(end + 2).split("\n")) {
    const [dash, signer, coding] = line.split(" ");
    if (dash !== "—" || signer !== name || !coding) continue;
    const signed = fromBase64(coding);
    if (!same(signed.slice(0, 4), expected)) continue;
    const valid = await crypto.subtle.verify("Ed25519", imported, signed.slice(4), bytes(text));
    return valid ? { origin: name, size: Number(lines[1]), root: fromBase64(lines[2]) } : null;
  }
  return null;
}
