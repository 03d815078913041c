// @ts-check
/** When something was said about a statement, and where: of a relation, a correction or a retraction. */

import { dateWords } from "../words/dates.js";
import { outward, words } from "../look/element.js";

/**
 * @param {string | null | undefined} on EDTF @param {import("../state/statement").Source | null | undefined} source
 * @returns {(Node | string)[]} empty if neither is known
 */
export function evidence(on, source) {
  const when = on ? [` said ${dateWords(on, null)}`] : [];
  if (!source) return when;
  const where = [...new Set([source.publisher, source.title])].filter(Boolean).join(", ");
  const quoted = source.quote ? [": ", words(`“${source.quote}”`)] : [];
  return [...when, when.length ? ", in " : " in ", outward(source.url, where) ?? words(where), ...quoted];
}
