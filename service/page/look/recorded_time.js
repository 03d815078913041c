// @ts-check
/** A recorded time as people write it: in the reader's zone and in UTC. As in the log it is where the pointer rests, and in what is copied. */

import { besideZone, inZone, recordedWords } from "../words/instant.js";
import { make } from "./element.js";

/** @param {string} time RFC 3339 @param {string} [className] */
export function recordedTime(time, className) {
  const utc = besideZone(time);
  return make("time", { datetime: time, title: time, class: className },
    inZone(time),
    utc && make("span", { class: "in-utc", text: ` (${utc})` }),
    make("span", { class: "exact", "aria-hidden": "true", text: ` (${time})` }));
}

/**
 * A sentence with a time of recording in it.
 * @param {string} text @param {string} time which stands there as `recordedWords` has it @returns {(Node | string)[]}
 */
export function withTime(text, time) {
  const [before, ...after] = text.split(recordedWords(time));
  return after.length === 0 ? [text] : [before, recordedTime(time), after.join(recordedWords(time))];
}
