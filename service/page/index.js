// @ts-check
/** The document of all timelines. */

import { ask } from "./api.js";
import { byId, make } from "./element.js";
import { civil, inZone, secondsOf } from "./instant.js";

const status = byId("status");

/** @param {any} timeline as the interface lists it */
function card(timeline) {
  const many = timeline.statements;
  const facts = [span(timeline.first, timeline.last), `revision ${timeline.revision}`];
  facts.push(`last recorded ${inZone(timeline.updated_at)}`);
  return make(
    "li",
    {},
    make(
      "a",
      { class: "card", href: `/t/${timeline.timeline}`, "data-testid": "timeline-card" },
      make("h3", { dir: "auto", lang: timeline.language, text: timeline.title }),
      timeline.description &&
        make("p", { class: "about", dir: "auto", lang: timeline.language, text: timeline.description }),
      make("p", { class: "facts", text: facts.filter(Boolean).join(" · ") }),
      make(
        "p",
        { class: "number" },
        many.toLocaleString("en"),
        make("small", { text: many === 1 ? "statement" : "statements" }),
      ),
    ),
  );
}

/** @param {string | null} first @param {string | null} last @returns {string} the years between them */
function span(first, last) {
  const years = [first, last].map((text) => {
    const seconds = secondsOf(text);
    return seconds === null ? null : civil(seconds)[0];
  });
  const [from, to] = years;
  if (from === null || to === null) return from === to ? "" : `${from ?? to}`;
  return from === to ? `${from}` : `${from} to ${to}`;
}

async function show() {
  const list = byId("timelines");
  /** @type {string | null} */
  let cursor = null;
  do {
    /** @type {Record<string, string>} */
    const query = cursor ? { cursor, limit: "200" } : { limit: "200" };
    const { body } = await ask("/v1/timelines", query);
    list.append(...body.items.map(card));
    cursor = body.next;
  } while (cursor);
  list.removeAttribute("aria-busy");
  status.textContent = list.children.length ? "" : "No timeline has been opened yet.";
  status.hidden = Boolean(list.children.length);
}

show().catch((error) => {
  status.textContent = `The timelines could not be read. ${error.message}`;
});
