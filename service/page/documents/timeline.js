// @ts-check
/** The document of one timeline: loads and shows its parts when the address or the timeline changes. */

import * as who from "../account/who.js";
import * as chart from "../chart/chart.js";
import * as connection from "../controls/connection.js";
import * as exporting from "../controls/exporting.js";
import * as facetChoices from "../controls/facet_choices.js";
import * as fieldFault from "../controls/field_fault.js";
import * as filters from "../controls/filters.js";
import * as unfolding from "../controls/unfolding.js";
import { keeping } from "../controls/refused_filter.js";
import * as moment from "../controls/moment.js";
import * as importing from "../importing/importing.js";
import * as detail from "../detail/detail.js";
import * as arrivals from "../list/arrivals.js";
import * as comparison from "../list/comparison.js";
import * as heading from "../list/heading.js";
import * as list from "../list/list.js";
import * as summary from "../list/summary.js";
import { byId } from "../look/element.js";
import { narrow } from "../look/narrow.js";
import { keep } from "../look/own_scroll.js";
import * as overview from "../overview/overview.js";
import * as recorded from "../overview/recorded.js";
import * as alarm from "../proof/alarm.js";
import * as address from "../state/address.js";
import { ask, below, Problem, timeline, withAllFaults } from "../state/api.js";
import * as review from "../review/review.js";
import * as reading from "../state/reading.js";
import { settle } from "../state/moments.js";
import * as live from "../state/live.js";
import { areNamesWhole, loadNames, restOfNames } from "../state/names.js";
import { load, record } from "../state/record.js";
import * as notice from "./notice.js";
import * as print from "./print.js";

/** Parameters of the address that decide which statements are loaded. */
const ASKED = new Set([...address.FILTERS, "as_of", "order"]);
/** @type {any} the timeline as it is now, even if an earlier moment is shown */
let head = null;
/** @type {any} the timeline as of the moment that is shown */
let known = null;

async function open() {
  heading.start();
  alarm.start();
  list.start(choose);
  detail.start();
  arrivals.start();
  chart.start(choose);
  overview.start();
  recorded.start();
  filters.start();
  exporting.start();
  moment.start();
  unfolding.start();
  print.start();
  if (address.embedded) keep([byId("list"), byId("detail")]);
  meet();
  importing.start(review.way, review.read);
  live.start({ heard: arrivals.hear, arrived, replaced: () => reading.read(whole), became });
  byId("live").addEventListener("click", press);
  byId("to-top").addEventListener("click", () => scrollTo(0, 0));
  document.addEventListener("visibilitychange", look);
  reading.start(whole, report);
  address.listen((names) => reading.read(() => kept(() => follow(names))));
  await reading.read(whole);
}

/** Shows who the reader is, and what they may decide. */
function meet() {
  if (address.embedded) return;
  who.start();
  review.start();
}

const whole = () => kept(reload);
/** @param {() => Promise<void>} act which leaves the controls where it is refused */
const kept = (act) => keeping(act, () => ({ head, known }), recorded.show, comparison.asked);

async function reload() {
  filters.show();
  moment.showAddress();
  await settle();
  const describing = describe();
  const loading = loadAll(describing, () => Promise.all([facetChoices.show(), name()]));
  loading.catch(() => {}); // it is awaited below: what is wrong with the timeline itself is reported first
  try {
    await describing;
    if (!(await loading)) return;
  } catch (error) {
    throw await withAllFaults(error, () => [describing, loading]);
  }
  await detail.show();
  list.mark({ near: true });
  if (moment.isPinned()) live.hold();
  else if (!live.isPaused()) live.follow(record.revision);
}

/**
 * Loads the statements, and shows the list and what depends on it. The first rows need not wait for the last.
 * @param {Promise<void>} describing settles when the timeline is known
 * @param {() => Promise<unknown>} aside shows what needs the revision of the first statements, but not all of them
 * @returns {Promise<boolean>} whether the statements were replaced
 */
async function loadAll(describing, aside) {
  /** @type {Promise<unknown>} */
  let beside = describing;
  const loaded = await load(0, () => {
    list.replace();
    beside = describing.then(aside);
    beside.catch(() => {}); // it is awaited below
  });
  if (!loaded) return false;
  list.extend();
  detail.tellLeftOut();
  await describing;
  await Promise.all([after(), beside]);
  await summary.show(known, head.revision);
  return true;
}

/** Shows what needs the names of actors and sources: the names in place of spellings, and the summary. */
async function name() {
  await loadNames();
  if (!areNamesWhole()) restOfNames().then(() => reading.read(rename)); // nothing else waits for them
  await rename();
}

async function rename() {
  list.rename();
  filters.show();
  await summary.show(known, head.revision);
}

/** Loads the timeline as it is now, and shows its title and description as of the moment. */
async function describe(least = 0) {
  head = (await ask(below(""), { min_revision: String(least) })).body;
  heading.show(head);
  if (!moment.isPinned()) known = head;
  else {
    known = (await ask(below(""), address.moment())).body;
    heading.show(known);
  }
}

/**
 * Shows what depends on the statements that were loaded.
 * @param {{fit?: boolean}} [how]
 */
async function after(how) {
  moment.show(head.revision, record.asOf, head.updated_at);
  await Promise.all([chart.show(known, head, how), comparison.show(head.revision), recorded.show(head)]);
}

/** @param {Set<string>} names the parameters of the address that changed */
async function follow(names) {
  filters.show();
  const asked = [...names].some((name) => ASKED.has(name));
  if (names.has("as_of") || address.repeated().length > 0) return reload();
  if (asked) {
    const listed = record.find(address.one("statement"));
    if (!(await loadAll(Promise.resolve(), () => facetChoices.show()))) return;
    if (!listed) list.mark({ near: true });
    if (names.has("q")) await detail.show();
  } else if (names.has("compare")) {
    await settle();
    await after();
  } else if (names.has("on") || names.has("lanes")) await chart.show(known, head);
  if (names.has("statement")) {
    arrivals.see(address.one("statement"));
    list.mark({ near: !detail.isAside() });
    await Promise.all([chart.select(), detail.show({ focus: narrow.matches })]);
  }
}

let wanted = 0;
let fetching = false;

/** @param {number} revision of an event that arrived on the live stream */
async function arrived(revision) {
  wanted = Math.max(wanted, revision);
  if (fetching) return;
  fetching = true;
  try {
    await reading.read(refresh);
  } finally {
    fetching = false;
  }
}

/** Loads what arrived, and again as long as more arrives in the meantime: the list may have it before the summary does. */
async function refresh() {
  while (wanted > Math.min(record.revision, head.revision) && !moment.isPinned()) {
    await new Promise(requestAnimationFrame); // events that arrive together are loaded together
    await describe(wanted);
    if (!(await load(wanted))) return;
    list.update();
    await Promise.all([after({ fit: false }), facetChoices.show(), detail.show(), name()]);
    arrivals.tell();
  }
}

/** @param {live.LiveState} state @param {string} [since] */
function became(state, since) {
  connection.show(state, since);
  if (state === "live") reading.repeat();
}

/** The reader pressed the button that shows whether the page is live. */
function press() {
  if (moment.isPinned()) address.go({ as_of: null });
  else if (live.isPaused()) live.follow(record.revision);
  else live.hold({ byHand: true });
}

/** The page came into sight or went out of sight. */
function look() {
  if (moment.isPinned() || live.isPaused() || record.revision === 0) return;
  if (document.hidden) live.rest();
  else live.follow(record.revision);
}

/** @param {string} id @param {{keyboard?: boolean, step?: boolean}} how `step`: the focus stays where it is, and nothing covers that */
function choose(id, { keyboard = false, step = false } = {}) {
  if (id === address.one("statement")) reading.read(chart.select);
  const aside = detail.isAside();
  detail.keepAside(step ? id : "");
  address.go({ statement: id });
  if (!step && (aside || (keyboard && !narrow.matches))) reading.read(() => detail.show({ focus: true }));
}

/** @param {reading.Phase} phase @param {Error | null} error why the page may not answer its address */
function report(phase, error) {
  if (phase === "asked") return notice.show(phase, error);
  const { errors, slug } = error instanceof Problem ? error : { errors: [], slug: "" };
  notice.show(phase, error, fieldFault.show([...errors, ...comparison.refused()]));
  moment.tell({ old: phase === "failed" });
  if (phase === "shown") print.answered(known);
  if (phase === "shown") meet(); // if the service was away
  const missing = ["timeline-not-found", "unauthenticated"].includes(slug);
  if (missing && record.revision > 0) return location.reload(); // nothing is kept of what one may no longer read
  document.documentElement.classList.toggle("missing", missing);
  if (missing) byId("title").textContent = timeline;
  if (phase === "refused") live.hold({ byHand: live.isPaused() });
}

open();
