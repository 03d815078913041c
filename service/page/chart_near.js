// @ts-check
/** The statements in a part of the time, where not all are loaded. */

import { ask, below } from "./api.js";
import { within } from "./chart_density.js";
import { extent, NOTHING, spanOf } from "./chart_layout.js";
import { WHOLE } from "./record.js";

/** @typedef {import("./statement").Statement} Statement */

/**
 * What is drawn in a window: what began in it, the latest first, and behind that what began
 * earlier and reaches into it, as far as there is room.
 * @param {[number, number]} window seconds @param {"occurred" | "said"} on @returns {Promise<Statement[]>}
 */
export async function inWindow(window, on) {
  const query = within(window, on);
  query.set("limit", "500");
  query.set("order", `-${on}`);
  let { body } = await ask(below("/statements"), query);
  const found = [...body.items];
  while (body.next && found.length < WHOLE) {
    ({ body } = await ask(below("/statements"), { cursor: body.next, limit: "500" }));
    found.push(...body.items);
  }
  return found.filter((item) => {
    const [from, to] = extent(spanOf(item, on) ?? NOTHING) ?? [Infinity, -Infinity];
    return from < window[1] && to > window[0];
  });
}
