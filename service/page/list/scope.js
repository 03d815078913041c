// @ts-check
/** What the summary is about: the timeline, or what the filters select of it. */

import { extent, NOTHING, spanOf } from "../drawing/layout.js";
import { speakersOf } from "../parts/speakers.js";
import * as address from "../state/address.js";
import { actorName, areNamesWhole, speakers } from "../state/names.js";
import { record } from "../state/record.js";
import { secondsOf } from "../words/instant.js";

/** @typedef {{revision: number, statements: number, first: string | null, last: string | null}} Timeline */
/** @typedef {{name: string, statements: number}} Speaker */
/**
 * `statements`: how many there are, `of` so many on the timeline; `speakers`: the one with the most first, null if they
 * are not known; `more`: there are others;
 * `others`: there may be, of whom none has more statements than so many; `ends`: the outermost bounds of their times, in seconds.
 * @typedef {{statements: number, of: number, speakers: Speaker[] | null, more: boolean, others?: number, ends: (number | null)[]}} Scope
 */

/**
 * @param {Timeline} timeline as of the moment @param {import("../state/facets.js").Most | null} most of what the filters select, if not all of that is loaded
 * @returns {Scope}
 */
export function scopeOf({ statements, first, last }, most) {
  if (!address.isFiltered()) {
    return { statements, of: statements, speakers: speakers(), more: !areNamesWhole(), ends: [secondsOf(first), secondsOf(last)] };
  }
  const { total, items, whole } = record;
  if (!whole) return { statements: total, of: statements, speakers: most?.speakers ?? null, more: false, others: most?.others, ends: [] };
  const times = items.flatMap((item) => extent(spanOf(item, "occurred") ?? NOTHING) ?? []);
  const ends = times.length ? [Math.min(...times), Math.max(...times)] : [];
  return { statements: total, of: statements, speakers: those(items), more: false, ends };
}

/** @param {import("../state/statement").Statement[]} items @returns {Speaker[]} who said them, the one with the most first */
function those(items) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { said } of items) {
    for (const name of new Set(speakersOf(said).map(actorName))) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([name, statements]) => ({ name, statements }));
}
