// @ts-check
/**
 * Finds the words of a search in a text, as the service does (`projections/fold/indexing`): without case, accents, optional
 * marks and strokes through letters. It is used only to highlight: what the service finds beyond this is shown without a mark.
 */

/** @typedef {{words: string[], begins: boolean}} Term words behind each other; `begins`: the last one may go on */
/** @typedef {{word: string, from: number, to: number}} Word folded, and where it is in the text */
/** @typedef {[number, number]} Range of a text */

/** Scripts that are written without spaces: each of their characters is a word. */
const SINGLE = "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\ua9e0-\\ua9ff\\uaa60-\\uaa7f\\u2e80-\\u2fdf\\u3005-\\u3007\\u3021-\\u3029\\u3038-\\u303b"
  + "\\u3041-\\u3096\\u3099\\u309a\\u309d-\\u309f\\u30a1-\\u30fa\\u30fc-\\u30ff\\u3105-\\u312f\\u31a0-\\u31bf\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
/** A particle may follow Hangul. */
const HANGUL = "\\u1100-\\u11ff\\ua960-\\ua97f\\uac00-\\ud7ff";
const WORD = new RegExp(`[${SINGLE}]|[${HANGUL}]+|(?:(?![${SINGLE}${HANGUL}])[\\p{L}\\p{N}\\p{M}])+`, "gu");
const IS_SINGLE = new RegExp(`^[${SINGLE}]$`, "u");
const IS_HANGUL = new RegExp(`^[${HANGUL}]`, "u");
/** Accents, the points of Hebrew and Arabic, and what is not seen. */
const DROPPED = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u0652\u0656-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0898-\u089f\u08ca-\u08e1\u08e3-\u08ff\p{Cf}]/gu;
/** @type {Record<string, string>} */
const LETTERS = {
  æ: "ae", œ: "oe", ß: "ss", þ: "th", ð: "d", đ: "d", ħ: "h", ı: "i", ȷ: "j", ł: "l", ŋ: "n", ø: "o", ŧ: "t", ƀ: "b", ƶ: "z",
  "\u0622": "\u0627", "\u0623": "\u0627", "\u0625": "\u0627", "\u0671": "\u0627",
};
const TERM = /(-?)"([^"]*)"?|(\S+)/g;

/** @param {string} character @returns {string} nothing for what is dropped */
function folded(character) {
  const plain = character.normalize("NFKD").toLowerCase().normalize("NFKD").replace(DROPPED, "").normalize("NFC");
  return [...plain].map((letter) => LETTERS[letter] ?? letter).join("");
}

/** @param {string} text @returns {Word[]} in order */
function wordsOf(text) {
  let letters = "";
  /** @type {Range[]} of each letter */
  const places = [];
  for (let from = 0; from < text.length; ) {
    const character = String.fromCodePoint(text.codePointAt(from) ?? 0);
    const fold = folded(character);
    if (fold === "" && places.length) places[places.length - 1] = [places[places.length - 1][0], from + character.length];
    letters += fold;
    for (let count = 0; count < fold.length; count += 1) places.push([from, from + character.length]);
    from += character.length;
  }
  return [...letters.matchAll(WORD)].map(({ 0: word, index = 0 }) => ({ word, from: places[index][0], to: places[index + word.length - 1][1] }));
}

/** @param {string[]} questions searches, one of which is to be answered @returns {Term[]} what they want; not what they exclude */
export function soughtIn(questions) {
  return questions.flatMap((question) => [...question.matchAll(TERM)].flatMap(([, minus, phrase, bare]) => {
    const words = wordsOf(bare ?? phrase).map(({ word }) => word);
    if (minus || bare?.startsWith("-") || words.length === 0) return [];
    const last = words[words.length - 1];
    return [{ words, begins: IS_HANGUL.test(last) || (bare?.endsWith("*") === true && !IS_SINGLE.test(last)) }];
  }));
}

/** @param {string} text @param {Term} term @returns {Range[]} where the text has it */
export function rangesOf(text, { words, begins }) {
  const all = wordsOf(text);
  const same = (/** @type {number} */ at) => words.every((word, next) => {
    const found = all[at + next]?.word;
    return found === word || (begins && next === words.length - 1 && found?.startsWith(word));
  });
  return all.flatMap(({ from }, at) => (same(at) ? [/** @type {Range} */ ([from, all[at + words.length - 1].to])] : []));
}
