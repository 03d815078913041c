// @ts-check
/** Lanes from afar: what is counted, by who said it, by its kind or by its source. */

import * as address from "./address.js";
import { count, totalOf } from "./chart_density.js";
import { facets } from "./facets.js";

/** @typedef {import("./chart_density.js").Bucket} Bucket */
/** @typedef {import("./chart_density.js").Counted} Counted */
/** @typedef {{name: string, items: Bucket[]}} Counts */

/** Lanes beside the one of all others: each is a question of its own. */
const MOST = 7;
/** The filter of each kind of lanes, and the facet that tells the most frequent. */
const FIELDS = /** @type {Record<string, [string, string]>} */ ({
  actor: ["by", "actors"], kind: ["kind", "kinds"], source: ["source", "sources"],
});

/**
 * The lanes with the most, and the others as one. A statement has one speaker and one kind, but
 * may have several sources: it is in the lane of each, and there are no others.
 * @param {Counted} whole @param {string} lanes what they are @param {URLSearchParams} question what is counted
 * @param {"occurred" | "said"} on @returns {Promise<Counts[]>}
 */
export async function divided(whole, lanes, question, on) {
  const [filter, facet] = FIELDS[lanes] ?? FIELDS.actor;
  const chosen = address.all(filter);
  const frequent = chosen.length ? chosen : (await facets(address.question()))[facet].map(({ value }) => value);
  const found = await Promise.all(frequent.slice(0, MOST).map(async (name) => {
    const narrower = new URLSearchParams(question);
    narrower.delete(filter);
    narrower.append(filter, name);
    return { name, items: (await count(whole.every, on, narrower)).items };
  }));
  const shown = found.filter(({ items }) => totalOf(items) > 0);
  shown.sort((a, b) => totalOf(b.items) - totalOf(a.items));
  const others = lanes === "source" ? [] : without(whole.items, shown);
  return totalOf(others) > 0 ? [...shown, { name: "others", items: others }] : shown;
}

/** @param {Bucket[]} whole @param {Counts[]} lanes what is in none of them */
function without(whole, lanes) {
  const taken = lanes.map(({ items }) => new Map(items.map((bucket) => [bucket.from, bucket])));
  return whole.map((bucket) => {
    const rest = { ...bucket, by: { ...bucket.by } };
    for (const lane of taken) {
      const own = lane.get(bucket.from);
      if (!own) continue;
      rest.count -= own.count;
      for (const [standing, many] of Object.entries(own.by)) rest.by[standing] -= many;
    }
    return rest;
  });
}
