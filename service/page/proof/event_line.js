// @ts-check
/** The exact line of an event: its header, and the data that the header has a digest of. */

import { bytes, fromHex, hash, hex } from "./bytes.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */

const WHOLE = /^(\{"timeline":.*?),"salt":"([0-9a-f]{32})","data":(\{.*\})\}$/s;
const REDACTED = /^(\{"timeline":.*?),"redacted":([1-9]\d{0,15})\}$/s;

/**
 * Splits the exact line of an event into its header, which is the leaf of the tree, and what follows: its salt and
 * data, or the revision of the event that redacted them. Null if the line has neither form.
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

/** @param {Bytes} salt @param {Bytes} data @returns {Promise<string>} the digest in the form that headers have */
export async function digest(salt, data) {
  return `sha256:${hex(await hash(bytes("onrecord-data-v1\0"), salt, data))}`;
}
