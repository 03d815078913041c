// @ts-check
/** What happened to a statement after it was recorded: what was corrected, retracted or reinstated, and why. */

import { below, pages } from "./api.js";
import { isObject, merged } from "./patch.js";

/** @typedef {import("./statement").LogEvent} LogEvent */
/** @typedef {{path: string, before: any, after: any}} FieldChange `path`: the names of the field, joined by points */
/**
 * `event`: as the log has it; `fields`: what a correction changed.
 * @typedef {{event: LogEvent, fields: FieldChange[]}} Change
 */

/**
 * All events of a statement, in order.
 * @param {string} id @param {Record<string, string>} query the moment, if an earlier one is shown
 * @returns {Promise<Change[]>}
 */
export async function changesOf(id, query) {
  const path = below(`/statements/${encodeURIComponent(id)}/history`);
  /** @type {LogEvent[]} */
  const events = [];
  for await (const { body } of pages(path, { ...query, limit: "200" })) events.push(...body.items);
  /** @type {any} */
  let content = {};
  return events.map((event) => {
    const before = content;
    if (event.data && event.type === "statement.recorded") content = event.data;
    if (!event.data || event.type !== "statement.corrected" || event.subject !== `statements/${id}`) return { event, fields: [] };
    content = merged(content, event.data.changes);
    return { event, fields: differing(before, content, event.data.changes) };
  });
}

/** @param {any} before @param {any} after @param {any} changes @param {string} [within] @returns {FieldChange[]} */
function differing(before, after, changes, within = "") {
  return Object.keys(changes).flatMap((name) => {
    const [old, now] = [before?.[name] ?? null, after?.[name] ?? null];
    if (isObject(changes[name]) && isObject(old) && isObject(now)) return differing(old, now, changes[name], `${within}${name}.`);
    return JSON.stringify(old) === JSON.stringify(now) ? [] : [{ path: within + name, before: old, after: now }];
  });
}
