// @ts-check
/** The warnings of the service's own audit, shown on the timeline that they are about. */

import { byId } from "../look/element.js";
import { root } from "../state/address.js";
import { soon, timeline } from "../state/api.js";

/** Milliseconds between two requests, while the page is in sight. */
const AGAIN = 60_000;

/** @typedef {{timeline: string, revision: number, reason: string}} Alarm */
/** @typedef {{signing: {unsigned_events: number, problem: string | null} | null, alarms: Alarm[]}} Audit */

/** Requests the alarms now and every minute, because one may be raised while the page is open. */
export function start() {
  look();
  setInterval(() => document.hidden || look(), AGAIN);
}

async function look() {
  /** @type {Audit} */
  let audit;
  try {
    audit = await (await fetch(`${root}/health/audit`, { signal: soon() })).json(); // 503 while an alarm is up, with the same body
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError || error instanceof DOMException) return; // other requests report that the service is away
    throw error;
  }
  if (!audit?.alarms) return; // a problem, such as too many requests
  const box = byId("alarm");
  const words = warning(audit);
  box.hidden = words === null;
  box.textContent = words;
}

/** @param {Audit} audit @returns {string | null} */
function warning({ signing, alarms }) {
  const alarm = alarms.find((each) => each.timeline === timeline);
  if (alarm) {
    return (
      `The service’s own audit warns about this timeline: revision ${alarm.revision} ${alarm.reason}. ` +
      "What is shown from that revision on may not be what was recorded, and nothing more of it is signed."
    );
  }
  if (signing?.problem && signing.unsigned_events) {
    return "Signing has stopped: what was recorded last may not be under a signed checkpoint yet.";
  }
  return null;
}
