// @ts-check
/** When statements were recorded, for moments at which they were not yet. */

import { ask, below, Problem } from "./api.js";

/** @typedef {{moment: string, time: string}} Recording a moment of which a statement is first known, and its time in RFC 3339 */

/** @returns {Promise<Recording | null>} of the statement that was recorded first; null if there is none */
export async function firstRecording() {
  const { items } = (await ask(below("/statements"), { order: "recorded", limit: "1" })).body;
  return items.length ? recordingOf(items[0]) : null;
}

/**
 * Of a statement that the moment does not know.
 * @param {string} id @returns {Promise<Recording | null>} null if it is not known now either
 */
export async function laterRecording(id) {
  try {
    return await recordingOf((await ask(below(`/statements/${encodeURIComponent(id)}`))).body);
  } catch (error) {
    if (!(error instanceof Problem) || error.passing) throw error;
    return null;
  }
}

/** @param {{id: string, recorded_at: string}} statement @returns {Promise<Recording>} */
async function recordingOf({ id, recorded_at: time }) {
  try {
    const { items } = (await ask(below("/events"), { subject: `statements/${id}`, type: "statement.recorded", limit: "1" })).body;
    return { moment: String(items[0].revision), time };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { moment: time, time }; // the log is away: others may have been recorded in the same instant
  }
}
