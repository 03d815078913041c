// @ts-check
/** A recorded time: in the reader's time zone, and beside it as in the log. */

import { inZone } from "../words/instant.js";
import { make } from "./element.js";

/** @param {string} time RFC 3339 @param {string} [className] */
export function recordedTime(time, className) {
  const written = make("span", { class: "original", text: time });
  return make("time", { datetime: time, class: className }, `${inZone(time)} `, written);
}

/**
 * A sentence with a time of recording in it, which is not broken at its hyphens.
 * @param {string} text @param {string} time as it stands there @returns {(Node | string)[]}
 */
export function withTime(text, time) {
  const [before, ...after] = text.split(time);
  return after.length === 0 ? [text] : [before, make("span", { class: "whole", text: time }), after.join(time)];
}
