// @ts-check
/** When things were recorded: a strip with the moment in it, and a tick for each correction and retraction. */

import { count } from "../chart/counts.js";
import { revisions } from "../drawing/ticks.js";
import { byId } from "../look/element.js";
import { Pause } from "../look/pause.js";
import * as address from "../state/address.js";
import { ask, below, Problem } from "../state/api.js";
import { record } from "../state/record.js";
import { DAY, inZone } from "../words/instant.js";
import { amounts, drawAmounts, strip } from "./strip.js";

/** @typedef {{revision: number, at: number, type: string, time: string}} Change `at`: seconds */

const canvas = byId("overview-recorded");
/** The events that a tick stands for, and what it is called. */
const CHANGES = /** @type {Record<string, string>} */ ({
  "statement.corrected": "Corrected", "statement.retracted": "Retracted", "statement.reinstated": "Reinstated",
});
const MOST = 2_000;
/** Where all was recorded in less than so many seconds, times tell few revisions apart: the strip is one of revisions. */
const SHORT = 60;
/** Pixels around a tick within which the moment is that of the tick. */
const NEAR = 4;
const pause = new Pause();
/** @type {import("./strip.js").Strip | null} */
let made = null;
/** @type {[number, number]} seconds of the first and last revision */
let ends = [0, 1];
let head = 1;
/** Whether the strip is one of revisions, and not of time. */
let short = false;
/** Where the moment stands: a revision, or seconds. */
let moment = 1;
/** @type {Change[]} */
let changes = [];
/** @type {{from: number, to: number, count: number}[]} */
let recorded = [];
/** What `changes` and `recorded` were asked for. */
let of = "";
let known = false;

export function start() {
  canvas.addEventListener("pointerdown", drag);
  canvas.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    const change = near(event.offsetX);
    canvas.title = change ? `${CHANGES[change.type]} at revision ${change.revision}, ${inZone(change.time)}` : "";
  });
  new ResizeObserver(draw).observe(canvas);
  for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) matchMedia(query).addEventListener("change", draw);
}

/** @param {string} time RFC 3339 @returns {number} seconds, with their fraction */
const exact = (time) => Date.parse(time) / 1000;

/**
 * Shows the timeline as it is now, and the moment.
 * @param {{revision: number, opened_at: string, updated_at: string}} now
 */
export async function show(now) {
  const [first, last] = [exact(now.opened_at), exact(now.updated_at)];
  ends = [first, Math.max(last, first + 0.001)];
  head = now.revision;
  short = last - first < SHORT;
  moment = short ? record.asOf?.revision ?? head : within(asked() ?? last);
  known = true;
  draw();
  const question = address.question();
  question.delete("as_of");
  const wanted = `${head} ${question}`;
  if (of === wanted) return;
  of = wanted;
  try {
    const found = await Promise.all([changed(), amountsOf(question)]);
    if (of !== wanted) return;
    [changes, recorded] = found;
  } catch (error) {
    of = "";
    if (!(error instanceof Problem)) throw error; // the strip goes on without: the log may be away
  }
  tell();
  draw();
}

/** @param {number} seconds @returns {number} within the time of the strip */
const within = (seconds) => Math.min(ends[1], Math.max(ends[0], seconds));

/** @returns {number | null} seconds of the moment that is asked for, where it was recorded if it is a revision; null for now */
function asked() {
  const text = address.one("as_of");
  if (/^\d+$/.test(text)) return record.asOf && exact(record.asOf.recorded_at);
  const time = exact(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T23:59:59.999Z` : text);
  return Number.isNaN(time) ? record.asOf && exact(record.asOf.recorded_at) : time;
}

/** @returns {Promise<Change[]>} */
async function changed() {
  const query = new URLSearchParams({ limit: "500" });
  for (const type of Object.keys(CHANGES)) query.append("type", type);
  /** @type {Change[]} */
  const found = [];
  for (let after = 0; found.length < MOST; ) {
    query.set("after", String(after));
    const { body } = await ask(below("/events"), query);
    found.push(...body.items.map((/** @type {any} */ event) => ({ revision: event.revision, at: exact(event.recorded_at), type: event.type, time: event.recorded_at })));
    if (body.next_after === null) break;
    after = body.next_after;
  }
  return found;
}

/** @param {URLSearchParams} question @returns {Promise<{from: number, to: number, count: number}[]>} */
async function amountsOf(question) {
  const length = ends[1] - ends[0];
  if (record.whole && (length < 3 * DAY || !record.asOf)) {
    return record.items.map(({ recorded_at }) => ({ from: exact(recorded_at), to: exact(recorded_at), count: 1 }));
  }
  if (length < 3 * DAY) return []; // shorter than what can be counted
  const every = length < 900 * DAY ? "day" : length < 6_000 * DAY ? "week" : "month";
  return (await count(every, /** @type {any} */ ("recorded"), question)).items;
}

function draw() {
  if (!known) return;
  made = short ? strip(canvas, [1, Math.max(2, head)], revisions) : strip(canvas, ends);
  if (!made) return;
  const { ink, height, colours, x } = made;
  if (!short) drawAmounts(made, amounts(made, recorded));
  for (const change of changes) {
    ink.fillStyle = change.type === "statement.retracted" ? colours.retracted : colours.disputed;
    ink.fillRect(Math.round(x(placeOf(change))) - 1, 0, 2, height - 13);
  }
  const thumb = x(moment);
  canvas.dataset.moment = String(Math.round(thumb));
  ink.fillStyle = colours.paper;
  ink.globalAlpha = 0.65;
  ink.fillRect(thumb, 0, made.width - thumb, height - 13); // but for the words below: they are read
  ink.globalAlpha = 1;
  ink.fillStyle = colours.accent;
  ink.fillRect(thumb - 1, 0, 2, height);
  ink.beginPath();
  ink.arc(Math.max(6, Math.min(made.width - 6, thumb)), (height - 13) / 2, 6, 0, Math.PI * 2);
  ink.fill();
}

/** @param {Change} change @returns {number} where it stands in the strip */
const placeOf = ({ revision, at }) => (short ? revision : at);

/** Says in words what the ticks show. */
function tell() {
  const words = Object.entries(CHANGES).flatMap(([type, word]) => {
    const found = changes.filter((change) => change.type === type).map(({ revision }) => revision);
    return found.length ? [`${word} at ${found.length === 1 ? "revision" : "revisions"} ${found.slice(-20).join(", ")}.`] : [];
  });
  byId("recorded-words").textContent = words.join(" ") || "Nothing was corrected or retracted.";
}

/** @param {number} x @returns {Change | null} the change whose tick is there */
function near(x) {
  const strip = made;
  if (!strip) return null;
  const off = (/** @type {Change} */ change) => Math.abs(strip.x(placeOf(change)) - x);
  const nearest = changes.reduce((best, change) => (best === null || off(change) < off(best) ? change : best), /** @type {Change | null} */ (null));
  return nearest && off(nearest) <= NEAR ? nearest : null;
}

/** @param {PointerEvent} down shows what was known at the time under the pointer */
function drag(down) {
  if (down.button) return;
  canvas.setPointerCapture(down.pointerId);
  const move = (/** @type {PointerEvent} */ event) => {
    const asOf = momentAt(event.offsetX);
    moment = short ? Number(asOf ?? head) : within(made?.seconds(event.offsetX) ?? ends[1]);
    draw();
    pause.after(120, () => address.go({ as_of: asOf }, { replace: true }));
  };
  move(down);
  canvas.addEventListener("pointermove", move);
  canvas.addEventListener("lostpointercapture", () => canvas.removeEventListener("pointermove", move), { once: true });
}

/**
 * The moment at a pixel: the revision of a tick, or a time as exact as a pixel is; in a strip of revisions, the nearest.
 * @param {number} x @returns {string | null} for `as_of`; null for now
 */
function momentAt(x) {
  if (!made) return null;
  if (short) {
    const revision = Math.max(1, Math.round(made.seconds(x)));
    return revision < head ? String(revision) : null;
  }
  const change = near(x);
  const seconds = Math.max(ends[0], made.seconds(x));
  if (!change && (seconds >= ends[1] || x >= made.width - 6)) return null;
  if (change) return String(change.revision);
  const pixel = made.seconds(1) - made.seconds(0);
  // A day stands for its end: the nearest one.
  if (pixel > DAY / 4) return new Date(Math.max(ends[0], seconds - DAY / 2) * 1000).toISOString().slice(0, 10);
  const time = new Date(Math.ceil(seconds * 1000)).toISOString();
  return pixel > 2 ? new Date(Math.ceil(seconds) * 1000).toISOString().replace(".000Z", "Z") : time;
}
