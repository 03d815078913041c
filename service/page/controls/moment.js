// @ts-check
/** The moment: a slider and a field for the revision or time as of which the page is shown. */

import { byId } from "../look/element.js";
import { focusOn } from "../look/in_sight.js";
import { Pause } from "../look/pause.js";
import * as address from "../state/address.js";
import { asKnown, inZone } from "../words/instant.js";

const slider = byId("as-of-slider");
const field = byId("as-of");
const compare = byId("compare");
/** A revision, a day or a time, typed completely; empty for the present. */
const WHOLE = /^(\d*|\d{4}-\d\d-\d\d|\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d))$/;
const pause = new Pause();
let head = 1;

export function start() {
  slider.addEventListener("input", () => {
    field.value = Number(slider.value) === head ? "" : slider.value;
    pause.after(120, () => pin(Number(slider.value) === head ? "" : slider.value, { replace: true }));
  });
  field.addEventListener("change", () => pin(field.value.trim()));
  field.addEventListener("input", () => WHOLE.test(field.value.trim()) && pause.after(700, () => pin(field.value.trim())));
  compare.addEventListener("change", () => address.go({ compare: compare.value.trim() || null }));
  byId("to-now").addEventListener("click", (/** @type {MouseEvent} */ event) => {
    pin("");
    if (event.detail === 0) focusOn(byId("list")); // by the keyboard, and the button is gone
  });
}

/** @param {string} moment @param {{replace?: boolean}} [how] */
function pin(moment, how) {
  pause.cancel();
  if (moment !== address.one("as_of")) address.go({ as_of: moment || null }, how);
}

/** Whether the page shows an earlier moment. */
export function isPinned() {
  return address.one("as_of") !== "";
}

/** Shows what the address says of the moment. */
export function showAddress() {
  if (document.activeElement !== field) field.value = address.one("as_of");
  if (document.activeElement !== compare) compare.value = address.one("compare");
  document.documentElement.classList.toggle("pinned", isPinned());
}

/**
 * @param {number} latest the timeline's last revision
 * @param {{revision: number, recorded_at: string} | null} asOf the earlier moment, if one is shown
 * @param {string} updated when the last revision was recorded
 */
export function show(latest, asOf, updated) {
  head = latest;
  const revision = asOf ? asOf.revision : latest;
  slider.max = String(latest);
  if (document.activeElement !== slider || !isPinned()) slider.value = String(revision);
  showAddress();
  const time = asOf ? asOf.recorded_at : updated;
  const place = `revision ${revision} of ${latest}`;
  slider.setAttribute("aria-valuetext", `${place} · ${inZone(time)}`);
  byId("pinned").hidden = asOf === null;
  byId("pinned").textContent = asOf && `${asKnown(asOf, address.isEarly())} of ${latest}`;
  byId("pinned").title = time; // whole, as it can be asked for
  byId("moment-words").hidden = asOf !== null;
  byId("moment-words").textContent = `now: revision ${latest} · ${inZone(time)}`;
  byId("moment-words").title = time;
}
