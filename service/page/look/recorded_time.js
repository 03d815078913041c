// @ts-check
/** A time of recording: in the reader's time zone, and beside it as the log has it. */

import { inZone } from "../words/instant.js";
import { make } from "./element.js";

/** @param {string} time RFC 3339 @param {string} [className] */
export function recordedTime(time, className) {
  const written = make("span", { class: "original", text: time });
  return make("time", { datetime: time, class: className }, `${inZone(time)} `, written);
}
