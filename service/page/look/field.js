// @ts-check
/**
 * A field that shows values of the address as people write them, and as they are where the pointer rests. What a reader is
 * writing in it stays, until they enter it, leave it, or go back.
 */

import { asWritten } from "../words/instant.js";

/** @type {EventTarget | null} the field that a reader is writing in */
let written = null;
const end = () => (written = null);

addEventListener("input", ({ target }) => (written = target), true);
for (const name of ["change", "focusout", "popstate"]) addEventListener(name, end, true);

/** @param {HTMLInputElement} field @param {string[]} values of one parameter @param {(time: string) => string} [words] of a time */
export function fill(field, values, words) {
  if (field === written) return;
  const [exact, shown] = [values, values.map((value) => asWritten(value, words))].map((each) => each.join(" or "));
  if (field.value !== shown) field.value = shown;
  field.title = exact === shown ? "" : exact;
}
