// @ts-check
/** Who said a statement: nobody knows, one, or several together. */

import { actorName } from "../state/names.js";
import { actor } from "./actor.js";
import { make } from "../look/element.js";

/** @typedef {import("../state/statement").Said} Said */

/** The words for an unknown speaker. */
export const UNKNOWN = "unknown speaker";

/** @param {Said} said @returns {string[]} the spellings as the statement wrote them */
export function speakersOf({ by, with: others }) {
  return by === null ? others : [by, ...others];
}

/** @param {Said} said @returns {string} their names in one text */
export function speakerWords(said) {
  const names = speakersOf(said).map(actorName);
  const last = names.pop();
  if (last === undefined) return UNKNOWN;
  return names.length ? `${names.join(", ")} and ${last}` : last;
}

/** @param {Said} said @param {string} [className] of each name */
export function speakers(said, className) {
  const spellings = speakersOf(said);
  const last = spellings.length - 1;
  const parts = spellings.flatMap((spelling, at) => [at === 0 ? "" : at === last ? " and " : ", ", actor(spelling, className)]);
  return make("span", {}, ...(parts.length ? parts : [make("span", { class: className ?? "", text: UNKNOWN })]));
}
