// @ts-check
/** The difference between two texts, word by word: the longest common subsequence of their words. */

/** @typedef {{kind: "same" | "removed" | "added", text: string}} Part */

/** Texts with more words are shown whole, the old one and then the new one. */
const MOST = 1_500;

/**
 * @param {string} before @param {string} after
 * @returns {Part[]}
 */
export function wordDifference(before, after) {
  const [a, b] = [cut(before), cut(after)];
  if (a.length > MOST || b.length > MOST) {
    return [{ kind: "removed", text: before }, { kind: "added", text: after }];
  }
  const longest = lengths(a, b);
  /** @type {Part[]} */
  const parts = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      put(parts, "same", a[i]);
      i += 1;
      j += 1;
    } else if (j === b.length || (i < a.length && longest[i + 1][j] >= longest[i][j + 1])) {
      put(parts, "removed", a[i]);
      i += 1;
    } else {
      put(parts, "added", b[j]);
      j += 1;
    }
  }
  return parts;
}

/** @param {string} text @returns {string[]} words and punctuation marks, each with the white space after it */
function cut(text) {
  return text.match(/[\p{L}\p{M}\p{N}]+\s*|[^\p{L}\p{M}\p{N}]\s*/gu) ?? [];
}

/** @param {string[]} a @param {string[]} b for each pair of positions, the length of the common subsequence from there on */
function lengths(a, b) {
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      table[i][j] = a[i] === b[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
    }
  }
  return table;
}

/** @param {Part[]} parts @param {Part["kind"]} kind @param {string} text */
function put(parts, kind, text) {
  const last = parts.at(-1);
  if (last?.kind === kind) last.text += text;
  else parts.push({ kind, text });
}
