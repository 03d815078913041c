// @ts-check
/** The five standings: each has a word, a sign and a colour, so that nobody has to rely on the colour. */

/** @typedef {import("../state/statement").Standing} Standing */

/** @type {Standing[]} */
export const STANDINGS = ["asserted", "corroborated", "disputed", "superseded", "retracted"];

/** @type {Record<Standing, string>} */
export const SIGNS = {
  asserted: "○",
  corroborated: "●",
  disputed: "▲",
  superseded: "◌",
  retracted: "✗",
};

/**
 * The words for readers. "Asserted" tells them nothing, because all statements are.
 * @type {Record<Standing, string>}
 */
export const STANDING_WORDS = {
  asserted: "not contested",
  corroborated: "corroborated",
  disputed: "disputed",
  superseded: "superseded",
  retracted: "retracted",
};
