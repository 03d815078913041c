// @ts-check
/** Then and now: the moment of recorded time whose knowledge the page shows. */

import * as address from "./address.js";
import { byId } from "./element.js";
import { inZone, original } from "./instant.js";

const slider = byId("as-of-slider");
const field = byId("as-of");
const compare = byId("compare");
/** A revision, a day or a time that is written to its end; nothing is now. */
const WHOLE = /^(\d*|\d{4}-\d\d-\d\d|\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d))$/;
let head = 1;

export function start() {
  slider.addEventListener("input", () => {
    field.value = Number(slider.value) === head ? "" : slider.value;
    later(() => pin(Number(slider.value) === head ? "" : slider.value, { replace: true }));
  });
  field.addEventListener("change", () => pin(field.value.trim()));
  field.addEventListener("input", () => WHOLE.test(field.value.trim()) && later(() => pin(field.value.trim()), 700));
  compare.addEventListener("change", () => address.go({ compare: compare.value.trim() || null }));
  byId("to-now").addEventListener("click", () => pin(""));
}

/** @type {number | undefined} */
let waiting;
/** @param {() => void} act @param {number} [pause] milliseconds */
function later(act, pause = 120) {
  clearTimeout(waiting);
  waiting = setTimeout(act, pause);
}

/** @param {string} moment @param {{replace?: boolean}} [how] */
function pin(moment, how) {
  clearTimeout(waiting);
  if (moment !== address.one("as_of")) address.go({ as_of: moment || null }, how);
}

/** Whether an earlier state is looked at. */
export function isPinned() {
  return address.one("as_of") !== "";
}

/**
 * @param {number} latest the timeline's revision now
 * @param {{revision: number, recorded_at: string} | null} asOf what is shown, where it is pinned
 * @param {string} updated when the latest was recorded
 */
export function show(latest, asOf, updated) {
  head = latest;
  const revision = asOf ? asOf.revision : latest;
  slider.max = String(latest);
  if (document.activeElement !== slider || !isPinned()) slider.value = String(revision);
  if (document.activeElement !== field) field.value = address.one("as_of");
  if (document.activeElement !== compare) compare.value = address.one("compare");
  const time = asOf ? asOf.recorded_at : updated;
  const words = `revision ${revision} of ${latest} · ${inZone(time)}`;
  slider.setAttribute("aria-valuetext", words);
  byId("moment-words").textContent = asOf ? words : `now: revision ${latest} · ${inZone(time)}`;
  byId("moment-words").title = original(time);
  byId("to-now").hidden = !isPinned();
  document.documentElement.classList.toggle("pinned", isPinned());
}
