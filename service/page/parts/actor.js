// @ts-check
/** An actor's name, with the statement's own spelling beside it if that differs. */

import { actorName } from "../state/names.js";
import { make, words } from "../look/element.js";

/** @param {string} spelling as a statement wrote it @param {string} [className] */
export function actor(spelling, className) {
  const name = actorName(spelling);
  if (name === spelling) return words(name, className);
  return make("span", {}, words(name, className), make("small", { class: "as-written", dir: "auto", text: ` (as written: ${spelling})` }));
}
