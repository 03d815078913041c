// @ts-check
/** Counts by lane: by speaker, kind or source. */

import { barsOf } from "../drawing/bars.js";
import { OTHERS } from "../drawing/layout.js";
import * as address from "../state/address.js";
import { facets } from "../state/facets.js";
import { count, totalOf } from "./counts.js";

/** @typedef {import("../drawing/density.js").Bucket} Bucket */
/** @typedef {import("../drawing/density.js").Counted} Counted */
/** @typedef {import("../drawing/density.js").LaneCounts} LaneCounts */

/** The most lanes beside "others", because each needs a request of its own. */
const MOST = 7;
/** For each kind of lanes its filter, and the facet that lists the most frequent values. */
const FIELDS = /** @type {Record<string, [string, string]>} */ ({
  actor: ["by", "actors"], kind: ["kind", "kinds"], source: ["source", "sources"],
});

/**
 * The lanes with the most statements, and one for all others. A statement with several speakers or sources is
 * in the lane of each of them. Lanes of sources have no "others".
 * @param {Counted} whole all lanes together @param {string} lanes `actor`, `kind` or `source`
 * @param {URLSearchParams} question what is counted
 * @param {import("../state/address.js").Clock} on @returns {Promise<LaneCounts[]>}
 */
export async function divided(whole, lanes, question, on) {
  const [filter, facet] = FIELDS[lanes] ?? FIELDS.actor;
  const chosen = address.all(filter);
  const frequent = chosen.length ? chosen : (await facets(address.question()))[facet].map(({ value }) => value);
  const found = await Promise.all(frequent.slice(0, MOST).map(async (name) => {
    const narrower = new URLSearchParams(question);
    narrower.delete(filter);
    narrower.append(filter, name);
    return { name, ...(await count(whole.every, on, narrower)) };
  }));
  const shown = found.filter(({ items }) => totalOf(items) > 0);
  shown.sort((a, b) => totalOf(b.items) - totalOf(a.items));
  if (lanes === "source") return shown;
  const within = lanes === "actor" ? await together(whole, question, shown, on) : shown;
  const items = without(whole.items, within.map((lane) => lane.items));
  if (totalOf(items) === 0) return shown;
  const { every } = whole;
  const vague = without(whole.vague, within.map((lane) => lane.vague)).filter((each) => each.count > 0);
  return [...shown, { name: OTHERS, items, vague, bars: barsOf({ every, items, vague }) }];
}

/**
 * The statements of any of the speakers as one lane: what several of them said together is counted once.
 * @param {Counted} whole @param {URLSearchParams} question @param {LaneCounts[]} lanes
 * @param {import("../state/address.js").Clock} on @returns {Promise<LaneCounts[]>}
 */
async function together(whole, question, lanes, on) {
  if (lanes.length < 2) return lanes;
  const narrower = new URLSearchParams(question);
  narrower.delete("by");
  for (const { name } of lanes) narrower.append("by", name);
  return [{ name: "", ...(await count(whole.every, on, narrower)) }];
}

/** @param {Bucket[]} whole @param {Bucket[][]} lanes @returns {Bucket[]} what is in none of the lanes */
function without(whole, lanes) {
  const key = (/** @type {Bucket} */ { from, to }) => `${from} ${to}`;
  const taken = lanes.map((items) => new Map(items.map((bucket) => [key(bucket), bucket])));
  return whole.map((bucket) => {
    const rest = { ...bucket, by: { ...bucket.by } };
    for (const lane of taken) {
      const own = lane.get(key(bucket));
      if (!own) continue;
      rest.count -= own.count;
      for (const [standing, many] of Object.entries(own.by)) rest.by[standing] -= many;
    }
    return rest;
  });
}
