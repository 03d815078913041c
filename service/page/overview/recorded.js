// @ts-check
/** When things were recorded: a strip with the moment in it, and a tick for each correction, retraction and redaction. */

import { count } from "../chart/counts.js";
import { byId } from "../look/element.js";
import { Pause } from "../look/pause.js";
import * as address from "../state/address.js";
import { ask, below, Problem } from "../state/api.js";
import { redactions } from "../state/changes.js";
import { record } from "../state/record.js";
import { DAY, inZone } from "../words/instant.js";
import { amounts, drawAmounts, INSET, strip } from "./strip.js";
import * as timing from "./timing.js";

/** @typedef {{revision: number, at: number, type: string, time: string}} Change `at`: seconds */

const canvas = byId("overview-recorded");
const REDACTED = "statement.redacted";
/** The events that a tick stands for, and what it is called. */
const CHANGES = /** @type {Record<string, string>} */ ({
  "statement.corrected": "Corrected", "statement.retracted": "Retracted", "statement.reinstated": "Reinstated",
  [REDACTED]: "Redacted",
});
/** A tick: its colour, its width in pixels, and the parts of the height that it has. Its form tells what its colour does. */
const TICK = { colour: "disputed", width: 2, parts: [[0, 1]] };
const TICKS = /** @type {Record<string, typeof TICK>} */ ({
  "statement.retracted": { colour: "retracted", width: 2, parts: [[0, 0.35], [0.6, 0.4]] },
  [REDACTED]: { colour: "ink", width: 6, parts: [[0, 0.5]] },
});
const MOST = 2_000;
/** The most revisions whose times are requested, and the milliseconds before each request: nobody waits for them. */
const MOST_ASKED = 8;
const APART = 150;
/** Pixels around a tick within which a click means the tick's moment. */
const NEAR = 4;
const pause = new Pause();
/** @type {import("./strip.js").Strip | null} */
let made = null;
let head = 1;
/** The place of the moment, from 0 to 1. */
let moment = 1;
let held = false;
let asking = false;
let left = MOST_ASKED;
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
    const place = made && timing.at(made.at(event.offsetX), made.width - 2 * INSET);
    canvas.title = change ? `${CHANGES[change.type]} at revision ${change.revision}, ${inZone(change.time)}` : place && "revision" in place ? `Revision ${place.revision}` : "";
  });
  new ResizeObserver(() => {
    draw();
    learn();
  }).observe(canvas);
  for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) matchMedia(query).addEventListener("change", draw);
}

/** @param {string} time RFC 3339 @returns {number} seconds, with their fraction */
const exact = (time) => Date.parse(time) / 1000;

/**
 * Shows the timeline as it is now, and the moment.
 * @param {{revision: number, opened_at: string, updated_at: string}} now
 */
export async function show(now) {
  head = now.revision;
  timing.extend([1, exact(now.opened_at)], [head, exact(now.updated_at)]);
  known = true;
  stand();
  learn();
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

/** Puts the slider at the moment, unless the reader is dragging it. */
function stand() {
  if (!held) moment = Math.max(0, standing());
  draw();
}

/** @returns {number} where the moment stands that is shown: its revision, or the time that was asked for */
function standing() {
  if (!record.asOf) return 1;
  const { revision, recorded_at: recorded } = record.asOf;
  const text = address.one("as_of");
  const time = exact(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T23:59:59.999Z` : text);
  return /^\d+$/.test(text) || Number.isNaN(time) ? timing.placeOf(revision, exact(recorded)) : timing.placeAt(time, revision);
}

/** Requests when some revisions were recorded, so that revisions recorded at once are spread in the strip. */
async function learn() {
  if (asking || made === null) return; // on a phone it is folded
  asking = true;
  try {
    for (let revision = timing.wanted(); revision !== null && left > 0; revision = timing.wanted()) {
      left -= 1;
      await new Promise((resolve) => setTimeout(resolve, APART));
      const { body } = await ask(below(""), { as_of: String(revision) });
      timing.learn([revision, exact(body.updated_at)]);
      stand();
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error; // the strip goes on with what it knows
  } finally {
    asking = false;
  }
}

/** @returns {Promise<Change[]>} */
async function changed() {
  const query = new URLSearchParams({ limit: "500" });
  for (const type of Object.keys(CHANGES)) if (type !== REDACTED) query.append("type", type);
  /** @type {Change[]} */
  const found = [];
  const gone = await redactions(head);
  const taken = new Set(gone.flatMap(({ takes }) => takes)); // also while the texts are not removed yet
  for (let after = 0; found.length < MOST; ) {
    query.set("after", String(after));
    const { body } = await ask(below("/events"), query);
    const left = body.items.filter((/** @type {any} */ event) => !event.redacted && !taken.has(event.revision));
    found.push(...left.map((/** @type {any} */ event) => ({ revision: event.revision, at: exact(event.recorded_at), type: event.type, time: event.recorded_at })));
    if (body.next_after === null) break;
    after = body.next_after;
  }
  return [...found, ...gone.map(({ revision, time }) => ({ revision, at: exact(time), type: REDACTED, time }))];
}

/** @param {URLSearchParams} question @returns {Promise<{from: number, to: number, count: number}[]>} */
async function amountsOf(question) {
  const length = timing.ends()[1] - timing.ends()[0];
  if (record.whole && (length < 3 * DAY || !record.asOf)) {
    return record.items.map(({ recorded_at }) => ({ from: exact(recorded_at), to: exact(recorded_at), count: 1 }));
  }
  if (length < 3 * DAY) return []; // shorter than what can be counted
  const every = length < 900 * DAY ? "day" : length < 6_000 * DAY ? "week" : "month";
  return (await count(every, /** @type {any} */ ("recorded"), question)).items;
}

function draw() {
  if (!known) return;
  const close = timing.spread();
  made = strip(canvas, [0, 1], (_, pixels) => timing.ticked(pixels));
  if (!made) return;
  const { ink, height, colours, x } = made;
  ink.fillStyle = colours.line;
  ink.globalAlpha = 0.45;
  for (const { from, to } of close) if (to - from < 0.999) ink.fillRect(x(from), 0, x(to) - x(from), height - 15);
  ink.globalAlpha = 1;
  canvas.dataset.spread = close.map(({ first, last }) => `${first}-${last}`).join(" ");
  const apart = recorded.map(({ from, to, count }) => ({ from: timing.placeAt(from), to: timing.placeAt(to), count }));
  drawAmounts(made, amounts(made, apart.filter((each) => !close.some(({ from, to }) => each.from >= from && each.to <= to))));
  for (const change of changes) {
    const { colour, width, parts } = TICKS[change.type] ?? TICK;
    ink.fillStyle = colours[colour];
    const tall = height - 13;
    for (const [from, part] of parts) ink.fillRect(Math.round(x(placeOf(change))) - width / 2, Math.round(from * tall), width, Math.ceil(part * tall));
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
const placeOf = ({ revision, at }) => timing.placeOf(revision, at);

/** Describes the ticks in words. */
function tell() {
  const words = Object.entries(CHANGES).flatMap(([type, word]) => {
    const found = changes.filter((change) => change.type === type).map(({ revision }) => revision);
    return found.length ? [`${word} at ${found.length === 1 ? "revision" : "revisions"} ${found.slice(-20).join(", ")}.`] : [];
  });
  byId("recorded-words").textContent = words.join(" ") || "Nothing was corrected, retracted or redacted.";
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
  held = true;
  const move = (/** @type {PointerEvent} */ event) => {
    const asOf = momentAt(event.offsetX);
    moment = asOf === null ? 1 : Math.min(1, Math.max(0, made?.at(event.offsetX) ?? 1));
    draw();
    pause.after(120, () => address.go({ as_of: asOf }, { replace: true }));
  };
  move(down);
  canvas.addEventListener("pointermove", move);
  canvas.addEventListener("lostpointercapture", () => {
    held = false;
    canvas.removeEventListener("pointermove", move);
  }, { once: true });
}

/**
 * The moment at a pixel: the revision of a tick (of several recorded at once, the nearest), or a time as exact as a pixel.
 * @param {number} x @returns {string | null} for `as_of`; null for now
 */
function momentAt(x) {
  if (!made) return null;
  const change = near(x);
  if (change) return String(change.revision);
  const place = timing.at(made.at(x), made.width - 2 * INSET);
  if ("revision" in place) return place.revision < head ? String(place.revision) : null;
  if (made.at(x) >= 1 || x >= made.width - 6) return null;
  const { seconds, from, to, pixel } = place;
  const day = new Date(Math.max(from, seconds - DAY / 2) * 1000).toISOString().slice(0, 10); // it stands for its end: the nearest one
  const end = exact(`${day}T23:59:59.999Z`);
  if (pixel > DAY / 4 && end >= from && end < to) return day;
  const time = new Date(Math.ceil(seconds * 1000)).toISOString();
  return pixel > 2 ? new Date(Math.ceil(seconds) * 1000).toISOString().replace(".000Z", "Z") : time;
}
