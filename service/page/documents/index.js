// @ts-check
/** The document that lists all timelines. */

import * as who from "../account/who.js";
import { byId, make } from "../look/element.js";
import { root } from "../state/address.js";
import { pages } from "../state/api.js";
import * as reading from "../state/reading.js";
import { yearWords } from "../words/dates.js";
import { civil, inZone, secondsOf } from "../words/instant.js";
import * as notice from "./notice.js";

const list = byId("timelines");
const status = byId("status");

/** @param {any} timeline as the HTTP interface lists it */
function card(timeline) {
  const many = timeline.statements;
  const facts = [span(timeline.first, timeline.last), `revision ${timeline.revision}`];
  facts.push(`last recorded ${inZone(timeline.updated_at)}`);
  return make(
    "li",
    {},
    make(
      "a",
      { class: "card", href: `${root}/t/${timeline.timeline}`, "data-testid": "timeline-card" },
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
    return seconds === null ? null : yearWords(civil(seconds)[0]);
  });
  const [from, to] = years;
  if (from === null || to === null) return from === to ? "" : `${from ?? to}`;
  return from === to ? `${from}` : `${from} to ${to}`;
}

async function show() {
  const cards = [];
  for await (const { body } of pages(`${root}/v1/timelines`, { limit: "200" })) cards.push(...body.items.map(card));
  list.replaceChildren(...cards);
  list.removeAttribute("aria-busy");
  status.textContent = cards.length ? "" : "There are no timelines yet.";
}

reading.start(show, (phase, error) => {
  notice.show(phase, error);
  status.hidden = error !== null || status.textContent === "";
});
reading.read(show);
who.start();
