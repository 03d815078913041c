// @ts-check
/** The moment: a slider and a field for the revision or time as of which the page is shown. */

import { byId } from "../look/element.js";
import { fill } from "../look/field.js";
import { focusOn } from "../look/in_sight.js";
import { Pause } from "../look/pause.js";
import { withTime } from "../look/recorded_time.js";
import * as address from "../state/address.js";
import { serviceTime } from "../state/api.js";
import { settled } from "../state/moments.js";
import { calendarWords } from "../words/dates.js";
import { asKnown, asWritten, inZone, recordedWords } from "../words/instant.js";
import { isZoneless, momentIn } from "../words/written.js";

const slider = byId("as-of-slider");
const field = byId("as-of");
const compare = byId("compare");
/** A revision, a day or a time, typed completely; empty for the present. */
const WHOLE = /^(\d*|\d{4}-\d\d-\d\d|\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d))$/;
/** A revision as the page itself writes it. */
const NUMBERED = /^r(?:evision)?\s*(\d+)$/i;
const pause = new Pause();
let head = 1;
/** @type {Record<string, {written: string, moment: string}>} by parameter, what a reader wrote that is the moment in the address */
const taken = {};
/** Whether what the reader has written in the field is still to be used. */
let unasked = false;
/** @type {{latest: number, asOf: {revision: number, recorded_at: string} | null, time: string} | null} what is shown */
let known = null;

export function start() {
  slider.addEventListener("input", () => {
    field.value = Number(slider.value) === head ? "" : slider.value;
    pause.after(120, () => pin(Number(slider.value) === head ? "" : slider.value, { replace: true }));
  });
  field.addEventListener("input", write);
  field.addEventListener("change", () => {
    if (unasked) pin(meant("as_of", field.value));
    else showAddress();
  });
  field.addEventListener("blur", () => {
    if (!unasked) showAddress();
  });
  compare.addEventListener("change", () => address.go({ compare: meant("compare", compare.value) || null }));
  byId("to-now").addEventListener("click", (/** @type {MouseEvent} */ event) => {
    pin("");
    if (event.detail === 0) focusOn(byId("list")); // by the keyboard, and the button is gone
  });
}

/** Called when the reader writes in the field: a complete moment is used after a pause, and stays as written. */
function write() {
  unasked = true;
  pause.cancel();
  if (WHOLE.test(field.value.trim())) pause.after(700, () => pin(meant("as_of", field.value)));
}

/** @param {"as_of" | "compare"} name @param {string} written @returns {string} the moment for the address, of one that is written as people do */
function meant(name, written) {
  const text = written.trim();
  const moment = text.toLowerCase() === "now" ? "" : momentIn(text, serviceTime()) ?? text.replace(NUMBERED, "$1");
  taken[name] = { written: text, moment };
  return moment;
}

/** @param {string} moment @param {{replace?: boolean}} [how] */
function pin(moment, how) {
  pause.cancel();
  unasked = false;
  if (moment !== address.all("as_of").join(" or ")) address.go({ as_of: moment || null }, how);
}

/** Whether the page shows an earlier moment. */
export function isPinned() {
  return address.one("as_of") !== "";
}

/** Shows the moment in the address. */
export function showAddress() {
  fill(field, address.all("as_of"));
  fill(compare, address.all("compare"));
  document.documentElement.classList.toggle("pinned", isPinned());
  byId("unfinished").textContent = [...Object.entries(taken).map(ended), ...settled().map(unfinished)].filter(Boolean).join(" ");
}

/** @param {[string, {written: string, moment: string}]} taken @returns {string} how it was taken, where that is a moment of other words */
function ended([name, { written, moment }]) {
  if (!/-/.test(moment) || moment === written || moment !== address.one(name)) return "";
  const zone = isZoneless(written) && !inZone(moment).endsWith("UTC") ? "read as UTC and taken" : "taken";
  return `“${written}” is ${zone} to its end, ${/T/.test(moment) ? inZone(moment) : `${calendarWords(moment)} in UTC`}.`;
}

/** @param {import("../state/moments.js").Replaced} replaced a moment that is not over @returns {string} what the address has in its place */
function unfinished({ name, text, revision, sent }) {
  const when = `${asWritten(text)} is not over${text.length === 10 ? " in UTC" : ""}`;
  const time = inZone(new Date(sent).toISOString());
  if (name === "as_of") return `${when}: this is what was on record on ${time}.`;
  return `${when}: changes are shown since revision ${revision}, the last one on ${time}.`;
}

/**
 * @param {number} latest the timeline's last revision
 * @param {{revision: number, recorded_at: string} | null} asOf the earlier moment, if one is shown
 * @param {string} updated when the last revision was recorded
 */
export function show(latest, asOf, updated) {
  head = latest;
  known = { latest, asOf, time: asOf ? asOf.recorded_at : updated };
  const revision = asOf ? asOf.revision : latest;
  slider.max = String(latest);
  if (document.activeElement !== slider || !isPinned()) slider.value = String(revision);
  showAddress();
  slider.setAttribute("aria-valuetext", `revision ${revision} of ${latest} · ${inZone(known.time)}`);
  byId("pinned").hidden = asOf === null;
  byId("moment-words").hidden = asOf !== null;
  tell({ old: false });
}

/**
 * Says which moment is shown.
 * @param {{old: boolean}} how `old`: it is not the one that the address asks for
 */
export function tell({ old }) {
  if (!known) return;
  const { latest, asOf, time } = known;
  const moment = asOf && `${asKnown(asOf, !old && address.isEarly())} of ${latest}`;
  const words = old && moment ? `Still shown: ${moment[0].toLowerCase()}${moment.slice(1)}` : moment;
  byId("pinned").replaceChildren(...withTime(words ?? "", time));
  byId("moment-words").replaceChildren(...withTime(`${old ? "Still shown" : "now"}: revision ${latest} · ${recordedWords(time)}`, time));
}
