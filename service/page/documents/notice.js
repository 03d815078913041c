// @ts-check
/** The notice: if what is shown does not answer the address, says why, and what the reader can do. */

import { faultWords, filterOf, nameOf, said } from "../controls/field_fault.js";
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
const [pause, long] = [new Pause(), new Pause()];
/** Milliseconds that an answer may take before the page looks busy. */
const QUICK = 400;
/** And before it says that it is still asking. */
const SLOW = 2_000;
/** Why the page does not answer its address, and since when, in words that stay true; empty while it does. */
let why = "";

retry.addEventListener("click", readAgain);

/**
 * @param {import("../state/reading.js").Phase} phase @param {Error | null} error
 * @param {import("../controls/field_fault.js").Fault[]} [untold] what is wrong with values that no field shows
 */
export function show(phase, error, untold = []) {
  if (phase === "asked") {
    pause.after(QUICK, () => mark(phase));
    long.after(SLOW, () => wait(true));
    return;
  }
  pause.cancel();
  long.cancel();
  wait(false);
  mark(phase);
  const rest = error ? happened(error, untold) : untold.map(({ message }) => message).join(" ");
  const all = [...said(), rest].filter(Boolean).join(" ");
  why = error ? `It ${phase === "refused" ? "was refused" : "failed"} ${atTime(new Date().toISOString().replace(/\.\d+/, ""))}: ${all}` : "";
  box.hidden = rest === "";
  retry.hidden = phase !== "failed";
  byId("problem-words").replaceChildren(...sentence(error instanceof Problem && error.passing ? `${rest} ${hope()}` : rest));
  offer(untold.map(nameOf));
}

/**
 * Offers to remove values that the service refuses and no field shows.
 * @param {string[]} names parameters of the address
 */
function offer(names) {
  const without = document.getElementById("without");
  if (!without) return; // the document of all timelines has no such values
  const refused = names.filter((name) => address.one(name));
  without.hidden = refused.length === 0;
  without.onclick = (/** @type {MouseEvent} */ event) => {
    address.go(Object.fromEntries(refused.map((name) => [name, null])));
    if (event.detail === 0) focusOn(byId("list")); // by the keyboard, and the button is gone
  };
  const labels = refused.map(filterOf);
  without.textContent = `Remove ${[labels.slice(0, -1).join(", "), ...labels.slice(-1)].filter(Boolean).join(" and ")}`;
}

/** @param {import("../state/reading.js").Phase} phase */
function mark(phase) {
  document.documentElement.dataset.reading = phase;
  const main = document.querySelector("main");
  if (phase !== "asked") { // while it is repeated, it is not known to be better
    main?.toggleAttribute("data-stale", phase === "failed");
    document.documentElement.toggleAttribute("data-unanswered", phase === "failed" && record.revision > 0);
  }
  if (phase === "asked") main?.setAttribute("aria-busy", "true");
  else main?.removeAttribute("aria-busy");
}

/** @param {boolean} asking whether an answer is still awaited; it is said outside of what is busy, of which nothing is read out */
function wait(asking) {
  const told = document.getElementById("asking");
  if (!told) return; // the document of all timelines has nothing older to show
  const older = asking && record.revision > 0;
  told.textContent = `${asking ? "Asking …" : ""}${older ? " What is shown is older." : ""}`;
  document.documentElement.toggleAttribute("data-older", older);
}

/** What failed last and when, for paper, which cannot try again. @returns {string} */
export const reason = () => why || "The answer was still awaited.";

/** @param {Error} error @param {import("../controls/field_fault.js").Fault[]} untold @returns {string} what went wrong, but for what the fields say of it */
function happened(error, untold) {
  if (!(error instanceof Problem)) return `The page failed: ${error}`;
  return error.errors.length ? untold.map(faultWords).join(" ") : error.message;
}

/** What a waiting reader may expect. */
const hope = () => `${record.revision ? "What is shown may be out of date. " : ""}The page will try again by itself.`;
