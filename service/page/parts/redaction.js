// @ts-check
/** A redaction in the words that all parts of the page have for it. What the statement said is not known any more. */

import { words } from "../look/element.js";
import { recordedTime } from "../look/recorded_time.js";

/**
 * At which revision, when and why, behind a word for the statement.
 * @param {import("../state/changes.js").Redaction} redaction @returns {(Node | string)[]}
 */
export function redactionWords({ revision, time, reason }) {
  return [` was redacted at revision ${revision}, on `, recordedTime(time), ": ", words(`“${reason}”`)];
}
