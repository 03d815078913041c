// @ts-check
/** Merkle trees of RFC 6962: inclusion and consistency proofs. */

import { hash, same } from "./bytes.js";

/** @typedef {import("./bytes.js").Bytes} Bytes */

/** @param {Bytes} leaf */
export function leafHash(leaf) {
  return hash([0], leaf);
}

/**
 * The root that an inclusion proof leads to, after RFC 9162, 2.1.3.2; null if the proof is malformed.
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
 * Whether the path proves that the larger tree begins with the smaller one, after RFC 9162, 2.1.4.2.
 * @param {number} size of the smaller tree, at least 1 @param {Bytes} root of it
 * @param {number} larger size of the larger tree @param {Bytes} other its root
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
