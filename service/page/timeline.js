// @ts-check
/** The document of one timeline: what is asked when the address, or the record, changes. */

import * as address from "./address.js";
import { ask, below, Problem, timeline } from "./api.js";
import * as chart from "./chart.js";
import * as comparison from "./comparison.js";
import * as detail from "./detail.js";
import { byId } from "./element.js";
import * as filters from "./filters.js";
import * as live from "./live.js";
import * as moment from "./moment.js";
import { load, record } from "./record.js";
import * as list from "./statement_list.js";

/** Names whose change asks the service for other statements. */
const ASKED = new Set([...address.FILTERS, "as_of", "order"]);
const embedded = location.pathname.startsWith("/embed/");
const narrow = matchMedia("(max-width: 63.99rem)");
/** @type {any} the timeline at its head */
let head = null;

async function open() {
  document.documentElement.classList.toggle("embed", embedded);
  byId("whole").href = `/t/${timeline}${location.search}`;
  list.start(choose);
  chart.start(choose);
  filters.start();
  moment.start();
  live.start({ arrived, replaced: () => attempt(reload) });
  byId("live").addEventListener("click", press);
  addEventListener("keydown", escape);
  document.addEventListener("visibilitychange", look);
  address.listen((names) => attempt(() => follow(names)));
  await attempt(reload);
}

/** Everything anew. */
async function reload() {
  filters.show();
  await describe();
  if (!(await load())) return;
  list.replace();
  await Promise.all([after(), detail.show(), filters.count()]);
  list.mark({ near: true });
  if (moment.isPinned()) live.hold();
  else if (!live.isPaused()) live.follow(record.revision);
}

/** The timeline's own words, as of the moment, and its head. */
async function describe(least = 0) {
  head = (await ask(below(""), { min_revision: String(least) })).body;
  const shown = moment.isPinned() ? (await ask(below(""), address.moment())).body : head;
  byId("title").textContent = shown.title;
  byId("title").lang = byId("description").lang = shown.language;
  byId("description").textContent = shown.description ?? "";
  document.title = `${shown.title} · onrecord`;
}

/**
 * What follows from other statements.
 * @param {{fit?: boolean}} [how]
 */
async function after(how) {
  moment.show(head.revision, record.asOf, head.updated_at);
  await Promise.all([chart.show(how), comparison.show()]);
}

/** @param {Set<string>} names what changed in the address */
async function follow(names) {
  filters.show();
  const asked = [...names].some((name) => ASKED.has(name));
  if (names.has("as_of")) return reload();
  if (asked) {
    if (!(await load())) return;
    list.replace();
    await Promise.all([after(), filters.count()]);
  } else if (names.has("compare")) await after();
  else if (names.has("on") || names.has("lanes")) await chart.show();
  if (names.has("statement")) {
    list.mark({ near: true });
    chart.select();
    await detail.show({ focus: narrow.matches });
  }
}

let wanted = 0;
let fetching = false;

/** @param {number} revision of an event that was heard */
function arrived(revision) {
  wanted = Math.max(wanted, revision);
  if (!fetching) attempt(refresh);
}

/** Asks for what was heard of, as often as more is heard meanwhile. */
async function refresh() {
  fetching = true;
  try {
    while (wanted > record.revision && !moment.isPinned()) {
      await new Promise(requestAnimationFrame); // what came together is asked for together
      await describe(wanted);
      if (!(await load(wanted))) return;
      const many = list.update();
      if (many) byId("chart-said").textContent = `${many} new ${many === 1 ? "statement" : "statements"}.`;
      await Promise.all([after({ fit: false }), filters.count(), detail.show()]);
    }
  } finally {
    fetching = false;
  }
}

/** The mark was pressed. */
function press() {
  if (moment.isPinned()) address.go({ as_of: null });
  else if (live.isPaused()) live.follow(record.revision);
  else live.hold({ byHand: true });
}

/** The page came into sight, or went out of it. */
function look() {
  if (moment.isPinned() || live.isPaused() || record.revision === 0) return;
  if (document.hidden) live.rest();
  else live.follow(record.revision);
}

/** @param {string} id @param {{keyboard?: boolean}} how */
function choose(id, { keyboard = false } = {}) {
  address.go({ statement: id });
  if (keyboard && !narrow.matches) attempt(() => detail.show({ focus: true }));
}

/** @param {KeyboardEvent} event */
function escape(event) {
  const id = address.one("statement");
  if (event.key !== "Escape" || !id) return;
  address.go({ statement: null });
  list.focus(id);
}

/**
 * Does it, and tells the reader where it could not be done.
 * @param {() => Promise<void>} act
 */
async function attempt(act) {
  const told = byId("problem");
  try {
    await act();
    told.hidden = true;
  } catch (error) {
    told.hidden = false;
    told.textContent = words(error);
    if (error instanceof Problem && error.slug === "timeline-not-found" && !moment.isPinned()) {
      byId("title").textContent = timeline;
      live.hold();
    } else if (!(error instanceof Problem) && !(error instanceof TypeError)) throw error;
  }
}

/** @param {any} error */
function words(error) {
  if (error instanceof Problem) return error.message;
  if (error instanceof TypeError) return "The service cannot be reached. What is shown may be out of date.";
  return `The page failed: ${error}`;
}

open();
