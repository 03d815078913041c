// @ts-check
/** Whether what the page shows answers its address. A failed read is repeated, by itself and by a button. */

import { Problem } from "./api.js";

/** Milliseconds before a failed read is repeated: at first, and at most. */
const PAUSES = [1_000, 30_000];

/**
 * `asked`: an answer is awaited; `shown`: what is shown answers the address; `failed`: it does not, and
 * the read is repeated; `refused`: it does not, and the service will not answer this address.
 * @typedef {"asked" | "shown" | "failed" | "refused"} Phase
 */

/** @type {() => Promise<void>} */
let readAll;
/** @type {(phase: Phase, error: Error | null) => void} */
let announce;
/** @type {Error | null} why something on the page may not answer the address */
let failure = null;
/** Whether a read failed that asked for an address which the page had left by then: what else it was to show may be missing. */
let left = false;
let running = 0;
/** Reads are numbered. All reads up to `settled` are out of date: that one has read everything since. */
let last = 0;
let settled = 0;
let pause = PAUSES[0];
/** @type {number | undefined} */
let timer;

/**
 * @param {() => Promise<void>} all reads and shows everything that the address asks for
 * @param {(phase: Phase, error: Error | null) => void} changed is called when the phase may have changed
 */
export function start(all, changed) {
  readAll = all;
  announce = changed;
  addEventListener("online", repeat);
}

/**
 * Reads, and shows what came. After a failure everything is read, whatever the caller needs: only then is
 * it known that all of the page answers the address. So it is where the address was left meanwhile, whose failure is of
 * no interest any more. Errors that are no `Problem` are thrown on.
 * @param {() => Promise<void>} act
 */
export async function read(act) {
  const mine = ++last;
  const { search } = location;
  const everything = failure !== null || act === readAll;
  clearTimeout(timer);
  running += 1;
  announce("asked", failure);
  try {
    await (everything ? readAll() : act());
    if (everything && mine === last) {
      failure = null;
      left = false;
      settled = mine;
      pause = PAUSES[0];
    }
  } catch (error) {
    const ours = !(error instanceof Problem) || location.search === search;
    if (mine > settled && ours) failure = /** @type {Error} */ (error);
    left ||= mine > settled && !ours;
    if (!(error instanceof Problem)) throw error;
  } finally {
    running -= 1;
    if (running === 0) settle();
  }
}

/** Reads everything, now. */
export function readAgain() {
  pause = PAUSES[0];
  return read(readAll);
}

/** Reads everything again if the last read failed; not if the service refused it. */
export function repeat() {
  if (running === 0 && phase() === "failed") readAgain();
}

/** @returns {Phase} */
function phase() {
  if (failure === null) return "shown";
  return failure instanceof Problem && failure.passing ? "failed" : "refused";
}

function settle() {
  if (left) {
    left = false;
    readAgain();
    return;
  }
  announce(phase(), failure);
  if (phase() !== "failed") return;
  timer = setTimeout(read, pause, readAll);
  pause = Math.min(pause * 2, PAUSES[1]);
}
