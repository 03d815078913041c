// @ts-check
/** A hint on how a search is read, because the service accepts any text. */

/** How the service cuts a search: `"phrases"`, also without their second mark, and words. */
const TERM = /-?"([^"]*)("?)|\S+/g;
const CURVED = /(?:^|\s)-?[“”„«»‟]/;
const WORDS = /[\p{L}\p{N}]/u;

/** @param {string} text a search @returns {string} how it is read; empty where it is read as it looks */
export function searchHint(text) {
  for (const [, phrase, end] of text.matchAll(TERM)) {
    if (phrase !== undefined && !end && WORDS.test(phrase)) return `No second quotation mark: “${phrase.trim()}” is one phrase.`;
  }
  return CURVED.test(text) ? 'A phrase stands between straight marks: "a phrase".' : "";
}
