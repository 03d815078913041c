// @ts-check
/** Loads the statements of a window, if the page has not loaded all of them. */

import { extent, NOTHING, spanOf } from "../drawing/layout.js";
import { below, pages } from "../state/api.js";
import { WHOLE } from "../state/record.js";
import { within } from "./counts.js";

/** @typedef {import("../state/statement").Statement} Statement */

/**
 * The statements that touch a window, up to a limit: those that began last come first, so that those
 * left out are the ones that began long before it.
 * @param {[number, number]} window seconds @param {import("../state/address.js").Clock} on @returns {Promise<Statement[]>}
 */
export async function inWindow(window, on) {
  const query = within(window, on);
  query.set("limit", "500");
  query.set("order", `-${on}`);
  /** @type {Statement[]} */
  const found = [];
  for await (const { body } of pages(below("/statements"), query)) {
    found.push(...body.items);
    if (found.length >= WHOLE) break;
  }
  return found.filter((item) => {
    const [from, to] = extent(spanOf(item, on) ?? NOTHING) ?? [Infinity, -Infinity];
    return from < window[1] && to > window[0];
  });
}
