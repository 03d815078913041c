// @ts-check
/** The live stream: follows the events of the timeline, and connects again after a break. */

import { ask, below, Problem } from "./api.js";

const TYPES = [
  "timeline.opened", "timeline.described", "statement.recorded", "statement.corrected",
  "statement.retracted", "statement.reinstated", "statement.related", "statement.unrelated", "statement.graded",
  "statement.redacted", "source.graded", "actor.registered", "actor.described", "alias.added",
  "alias.removed",
];
/** Milliseconds before a refused stream is requested again: at first, and at most. */
const AGAIN = [500, 8_000];
/** Milliseconds in which the first frame of a stream has to arrive. */
const FIRST = 20_000;
/** Milliseconds without a frame after which the page checks whether one is missing, and for which it waits for the answer. */
const QUIET = 15_000;
const PATIENCE = 10_000;
/** Milliseconds within which a frame must arrive once queries show its event. */
const LATE = 5_000;

/** @type {EventSource | null} */
let stream = null;
/** @type {number | undefined} */
let waiting;
let pause = AGAIN[0];
/** The last revision that arrived, and the id of the log that it is from. */
let heard = 0;
let log = "";
let paused = false;
/** @type {Silence} */
let silence;

/** @typedef {"live" | "reconnecting" | "paused"} LiveState */
/**
 * `heard`: this event has arrived; `arrived`: events up to this revision have arrived; `replaced`: the service has another log now,
 * or refuses this timeline to the reader, so everything has to be loaded again; `became`: the state changed, `since` an
 * earlier time if that was noticed late.
 * @typedef {{heard: (event: {type: string, subject: string}) => void, arrived: (revision: number) => void, replaced: () => void,
 *   became: (state: LiveState, since?: string) => void}} Listener
 */
/** @type {Listener} */
let listener;

/** @param {Listener} given */
export function start(given) {
  listener = given;
  silence = new Silence(lost);
}

/** Whether the reader has paused it. */
export function isPaused() {
  return paused;
}

/**
 * Starts following.
 * @param {number} after the revision that the page shows already
 */
export function follow(after) {
  paused = false;
  stop();
  heard = after;
  listener.became("reconnecting");
  connect();
}

/** Pauses, because the page shows an earlier moment, or the reader wants it (`byHand`). */
export function hold({ byHand = false } = {}) {
  paused = byHand;
  stop();
  listener.became("paused");
}

/**
 * Stops while the page is out of sight, because a browser opens few connections to one host, and every
 * open page would keep one of them.
 */
export function rest() {
  stop();
  listener.became("reconnecting");
}

function stop() {
  clearTimeout(waiting);
  silence.stop();
  stream?.close();
  stream = null;
}

function connect() {
  const query = new URLSearchParams({ after: String(heard), ...(log ? { log } : {}) });
  const mine = new EventSource(`${below("/live")}?${query}`);
  stream = mine;
  silence.begin();
  for (const type of TYPES) mine.addEventListener(type, (event) => note(mine, event, true));
  mine.addEventListener("checkpoint", (event) => note(mine, event, false));
  mine.addEventListener("caught-up", (event) => {
    if (stream !== mine) return;
    pause = AGAIN[0];
    log = JSON.parse(event.data).log;
    listener.became("live");
    note(mine, event, true); // a request that failed during the break is made again
  });
  mine.addEventListener("reset", () => {
    if (stream !== mine) return;
    stop();
    log = "";
    listener.became("reconnecting");
    listener.replaced();
  });
  mine.addEventListener("error", () => broken(mine));
}

/** @param {EventSource} mine @param {MessageEvent} event @param {boolean} matters whether the page has to load something */
function note(mine, event, matters) {
  if (stream !== mine) return;
  heard = Number(event.lastEventId) || heard;
  silence.heard(heard);
  if (event.type.includes(".")) listener.heard(JSON.parse(event.data));
  if (matters) listener.arrived(heard);
}

/** Called if nobody answers: the service is frozen, or the network is gone. */
function lost() {
  listener.became("reconnecting", silence.since);
  stop();
  connect();
}

/**
 * Called when the stream breaks. The browser reconnects by itself, with the last id, unless the service
 * refused the stream; then this function does.
 * @param {EventSource} mine
 */
function broken(mine) {
  if (stream !== mine) return;
  listener.became("reconnecting");
  if (mine.readyState !== EventSource.CLOSED) return silence.begin();
  silence.stop();
  waiting = setTimeout(connect, pause);
  pause = Math.min(pause * 2, AGAIN[1]);
  checkTimeline(mine);
}

/**
 * Checks whether the timeline is refused too, because a browser does not tell why a stream was refused. If it is,
 * the reader may no longer see what the page shows.
 * @param {EventSource} mine
 */
async function checkTimeline(mine) {
  try {
    await ask(below(""));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (stream === mine && !error.passing) listener.replaced();
  }
}

/** Notices that the other end of the stream is gone: a browser does not report such a break. */
class Silence {
  /** @type {number | undefined} */
  #timer;
  #counted = 0;
  #revision = 0;
  #lost;
  /** When something was heard last, as RFC 3339. */
  since = "";

  /** @param {() => void} lost is called when the stream has to be opened again */
  constructor(lost) {
    this.#lost = lost;
  }

  /** Called when a stream was requested. */
  begin() {
    this.#after(FIRST, this.#lost);
  }

  /** @param {number} revision of the frame that arrived, or of the last one before it */
  heard(revision) {
    this.since = new Date().toISOString();
    this.#revision = revision;
    this.#after(QUIET, () => this.#ask());
  }

  stop() {
    this.#counted += 1;
    clearTimeout(this.#timer);
  }

  /** @param {number} milliseconds @param {() => void} act unless something is heard before */
  #after(milliseconds, act) {
    this.stop();
    this.#timer = setTimeout(act, milliseconds);
  }

  /** Checks whether the service answers, and has more than arrived: keep-alives are comments, which a browser does not pass on. */
  async #ask() {
    const mine = this.#counted;
    const there = await lastRevision();
    if (mine !== this.#counted) return;
    if (there === null) this.#lost();
    else if (there > this.#revision) this.#after(LATE, this.#lost);
    else this.heard(this.#revision);
  }
}

/** @returns {Promise<number | null>} the last revision that queries show; 0 if the service does not say; null without an answer */
async function lastRevision() {
  try {
    return (await ask(below(""), {}, PATIENCE)).revision;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.status === 0 ? null : 0;
  }
}
