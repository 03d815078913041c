// @ts-check
/** Says when what is shown does not answer the address, why, and what the reader can do. */

import { faultWords, labelOf } from "../controls/field_fault.js";
import { byId, sentence } from "../look/element.js";
import { focusOn } from "../look/in_sight.js";
import { Pause } from "../look/pause.js";
import * as address from "../state/address.js";
import { Problem } from "../state/api.js";
import { readAgain } from "../state/reading.js";
import { record } from "../state/record.js";
import { atTime } from "../words/instant.js";

const box = byId("problem");
const retry = byId("retry");
const pause = new Pause();
/** Milliseconds that an answer may take before the page looks busy. */
const QUICK = 400;
/** Why the page does not answer its address, in words that stay true, and since when; empty while it does. */
let why = "";

retry.addEventListener("click", readAgain);

/** @param {import("../state/reading.js").Phase} phase @param {Error | null} error */
export function show(phase, error) {
  if (phase === "asked") {
    pause.after(QUICK, () => mark(phase));
    return;
  }
  pause.cancel();
  mark(phase);
  why = error ? `It ${phase === "refused" ? "was refused" : "failed"} ${atTime(new Date().toISOString())}: ${happened(error)}` : "";
  box.hidden = error === null;
  retry.hidden = phase !== "failed";
  byId("problem-words").replaceChildren(...sentence(error ? words(error) : ""));
}

/**
 * Offers to remove what the service refuses. Without a moment, neither the statement that is open nor the time
 * that is named is what the address asks for, and both are hidden.
 * @param {string[]} names parameters of the address
 */
export function offer(names) {
  document.documentElement.classList.toggle("momentless", names.includes("as_of"));
  const without = byId("without");
  const refused = names.filter((name) => address.one(name));
  without.hidden = refused.length === 0;
  without.onclick = (/** @type {MouseEvent} */ event) => {
    address.go(Object.fromEntries(refused.map((name) => [name, null])));
    if (event.detail === 0) focusOn(byId("list")); // by the keyboard, and the button is gone
  };
  const labels = refused.map(labelOf);
  without.textContent = `Remove ${[labels.slice(0, -1).join(", "), ...labels.slice(-1)].filter(Boolean).join(" and ")}`;
}

/** @param {import("../state/reading.js").Phase} phase */
function mark(phase) {
  document.documentElement.dataset.reading = phase;
  const main = document.querySelector("main");
  main?.toggleAttribute("data-stale", phase === "failed");
  if (phase === "asked") main?.setAttribute("aria-busy", "true");
  else main?.removeAttribute("aria-busy");
}

/** What failed last and when, as paper can say it, which does not try again. @returns {string} */
export const reason = () => why || "The answer was still awaited.";

/** @param {Error} error @returns {string} */
function happened(error) {
  if (!(error instanceof Problem)) return `The page failed: ${error}`;
  return error.errors.map(faultWords).join(" ") || error.message;
}

/** @param {Error} error @returns {string} */
function words(error) {
  if (!(error instanceof Problem && error.passing)) return happened(error);
  const old = record.revision ? "What is shown may be out of date. " : "";
  return `${error.message} ${old}The page will try again by itself.`;
}
