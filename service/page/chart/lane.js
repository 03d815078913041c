// @ts-check
/** The lanes of each statement: those of its speakers, whose spellings are one, of its kind or its source. And their order. */

import { speakersOf, UNKNOWN } from "../parts/speakers.js";
import * as address from "../state/address.js";
import { actorName, sourceTitle } from "../state/names.js";

/** @typedef {import("../state/statement").Statement} Statement */

let of = "";
/** @type {string[]} every lane since the reader chose another kind of lanes, in order */
let order = [];

/** @param {Statement} statement @returns {string[]} at least one; what several said is in the lane of each */
export function lanesOf(statement) {
  const by = address.one("lanes", "actor");
  if (by === "kind") return [statement.kind];
  if (by === "source") return [statement.sources[0]?.title ?? "unsourced"];
  const names = speakersOf(statement.said).map(actorName);
  return names.length ? names : [UNKNOWN];
}

/**
 * A lane's name as readers know it.
 * @param {string} value of the filter that a lane is counted by
 */
export function laneName(value) {
  const by = address.one("lanes", "actor");
  if (by === "source") return sourceTitle(value);
  return by === "kind" ? value : actorName(value);
}

/**
 * The names of lanes in their order: at first those with the most statements. It stays while statements arrive or come
 * into sight, where a new lane comes last.
 * @param {string[]} given the lanes of each statement, or each lane once @returns {string[]} each once
 */
export function inOrder(given) {
  const asked = address.question();
  asked.delete("as_of");
  const now = `${address.one("lanes", "actor")} ${address.clock()} ${asked}`;
  if (now !== of) [of, order] = [now, []];
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const name of given) counts.set(name, (counts.get(name) ?? 0) + 1);
  const known = new Set(order);
  order.push(...[...counts].filter(([name]) => !known.has(name)).sort((a, b) => b[1] - a[1]).map(([name]) => name));
  return order.filter((name) => counts.has(name));
}
