// @ts-check
/** A quantity: what is counted, the number or its range, and the unit. */

import { make } from "../look/element.js";

/** @type {Record<string, string>} */
const QUALIFIERS = {
  about: "about",
  "at-least": "at least",
  "at-most": "at most",
  "more-than": "more than",
  "fewer-than": "fewer than",
  exactly: "exactly",
};

/** @param {import("../state/statement").Quantity} quantity shown without a midpoint that nobody gave */
export function quantity(quantity) {
  return make("span", { class: "quantity", dir: "auto" }, make("b", { text: numberWords(quantity) }), ` ${quantity.what}`);
}

/** @param {import("../state/statement").Quantity} quantity @returns {string} */
export function quantityWords(quantity) {
  return `${numberWords(quantity)} ${quantity.what}`;
}

/** @param {Partial<import("../state/statement").Quantity>} quantity what is left out is null @returns {string} */
function numberWords({ low = null, best = null, high = null, unit, qualifier }) {
  const range = low !== null && high !== null && low !== high;
  const number = range
    ? `${grouped(low)} to ${grouped(high)}${best === null ? "" : `, best ${grouped(best)}`}`
    : grouped(best ?? low ?? high ?? "");
  return `${qualifier ? `${QUALIFIERS[qualifier]} ` : ""}${number} ${unit}`;
}

/** @param {string} number a decimal of any length @returns {string} with its digits in groups of three */
function grouped(number) {
  const [whole, fraction] = number.split(".");
  const digits = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return fraction === undefined ? digits : `${digits}.${fraction}`;
}
