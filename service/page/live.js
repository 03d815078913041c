// @ts-check
/** The stream of events: the page hears of each, after a break too, and says how it stands. */

import { below } from "./api.js";
import { byId } from "./element.js";

const TYPES = [
  "timeline.opened", "timeline.described", "statement.recorded", "statement.corrected",
  "statement.retracted", "statement.related", "statement.unrelated", "statement.graded",
  "statement.redacted", "source.graded", "actor.registered", "actor.described", "alias.added",
  "alias.removed",
];
const mark = byId("live");
/** Milliseconds until a stream that was refused is asked for again: the first, the longest. */
const AGAIN = [500, 8_000];

/** @type {EventSource | null} */
let stream = null;
/** @type {number | undefined} */
let waiting;
let pause = AGAIN[0];
/** The revision up to which events were heard, and the log that has them. */
let heard = 0;
let log = "";
let paused = false;

/** @typedef {{arrived: (revision: number) => void, replaced: () => void}} Listener */
/** @type {Listener} */
let listener;

/** @param {Listener} given `replaced`: the log is another one, what was shown is of no worth */
export function start(given) {
  listener = given;
}

/** Whether the reader stopped it by hand. */
export function isPaused() {
  return paused;
}

/**
 * Follows from a revision on.
 * @param {number} after what the page shows already
 */
export function follow(after) {
  paused = false;
  stop();
  heard = after;
  tell("reconnecting");
  connect();
}

/** Stops at an earlier state, or by hand; `follow` goes on from what is shown. */
export function hold({ byHand = false } = {}) {
  paused = byHand;
  stop();
  tell("paused");
}

/**
 * Stops while nobody looks: a browser keeps few connections to one host, and every open page
 * would hold one of them.
 */
export function rest() {
  stop();
  tell("reconnecting");
}

function stop() {
  clearTimeout(waiting);
  stream?.close();
  stream = null;
}

function connect() {
  const query = new URLSearchParams({ after: String(heard), ...(log ? { log } : {}) });
  const mine = new EventSource(`${below("/live")}?${query}`);
  stream = mine;
  for (const type of TYPES) mine.addEventListener(type, (event) => note(mine, event, true));
  mine.addEventListener("checkpoint", (event) => note(mine, event, false));
  mine.addEventListener("caught-up", (event) => {
    if (stream !== mine) return;
    pause = AGAIN[0];
    log = JSON.parse(event.data).log;
    tell("live");
    note(mine, event, true); // what could not be asked for during a break is asked for now
  });
  mine.addEventListener("reset", () => {
    if (stream !== mine) return;
    stop();
    log = "";
    tell("reconnecting");
    listener.replaced();
  });
  mine.addEventListener("error", () => broken(mine));
}

/** @param {EventSource} mine @param {MessageEvent} event @param {boolean} matters */
function note(mine, event, matters) {
  if (stream !== mine) return;
  heard = Number(event.lastEventId) || heard;
  if (matters) listener.arrived(heard);
}

/**
 * The browser asks again by itself, with its last id, unless it was refused: then we do.
 * @param {EventSource} mine
 */
function broken(mine) {
  if (stream !== mine) return;
  tell("reconnecting");
  if (mine.readyState !== EventSource.CLOSED) return;
  waiting = setTimeout(connect, pause);
  pause = Math.min(pause * 2, AGAIN[1]);
}

/** @param {"live" | "reconnecting" | "paused"} state */
function tell(state) {
  mark.dataset.state = state;
  if (mark.textContent !== state) mark.textContent = state;
}
