// @ts-check
/** A statement as a row of the list. */

import * as address from "./address.js";
import { dateWords } from "./date_words.js";
import { make, words } from "./element.js";
import { SIGNS } from "./standing.js";

/** @typedef {import("./statement").Statement} Statement */

/** @param {Statement} statement */
export function row(statement) {
  const { standing } = statement;
  return make(
    "li",
    {
      "data-testid": "statement",
      "data-statement-id": statement.id,
      "data-standing": standing,
      "data-changed": statement.changed,
    },
    make("span", { class: "sign", "aria-hidden": "true", text: SIGNS[standing] }),
    make(
      "div",
      {},
      top(statement),
      make(
        "p",
        { class: "row-text" },
        make("a", {
          href: address.changed({ statement: statement.id }),
          dir: "auto",
          lang: statement.language,
          text: statement.text,
        }),
      ),
      below(statement),
      quote(statement),
    ),
  );
}

/** @param {Statement} statement */
function top({ said, kind, standing, supports, disputes, occurred, bounds }) {
  const counts = [];
  if (supports) counts.push(`${supports} ${supports === 1 ? "support" : "supports"}`);
  if (disputes) counts.push(`${disputes} ${disputes === 1 ? "dispute" : "disputes"}`);
  return make(
    "p",
    { class: "row-top" },
    words(said.by, "speaker"),
    make("span", { class: "kind", text: kind }),
    make("span", { class: "standing", text: standing }),
    counts.length > 0 && make("span", { class: "kind", text: counts.join(", ") }),
    make("span", {
      class: "row-when",
      title: occurred ?? "no date",
      text: dateWords(occurred, bounds.occurred),
    }),
  );
}

/** @param {Statement} statement */
function below({ said, bounds, quantities, sources, unsourced, places }) {
  const when = said.on === null ? "said at a time not known" : `said ${dateWords(said.on, bounds.said)}`;
  return make(
    "p",
    { class: "row-below" },
    ...quantities.map(quantity),
    make("span", { title: said.on ?? "no date", text: when }),
    said.via.length > 0 && words(`via ${said.via.map((link) => link.actor).join(", ")}`),
    places.length > 0 && words(places.map((place) => place.name).join(", ")),
    unsourced && make("span", { class: "unsourced", text: "unsourced" }),
    ...sources.slice(0, 3).map((source) => words(source.publisher ?? source.title, "source-name")),
  );
}

/** @param {Statement} statement the first quote that stands for it */
function quote({ sources, language }) {
  const found = sources.find((source) => source.quote);
  return found?.quote
    ? make("blockquote", { dir: "auto", lang: language, text: `“${found.quote}”` })
    : null;
}

/** @type {Record<string, string>} */
const QUALIFIERS = {
  about: "about",
  "at-least": "at least",
  "at-most": "at most",
  "more-than": "more than",
  "fewer-than": "fewer than",
  exactly: "exactly",
};

/** @param {import("./statement").Quantity} quantity never with a midpoint that nobody said */
export function quantity({ what, low, best, high, unit, qualifier }) {
  const range = low !== null && high !== null && low !== high;
  const number = range
    ? `${grouped(low)} to ${grouped(high)}${best === null ? "" : `, best ${grouped(best)}`}`
    : grouped(best ?? low ?? high ?? "");
  const text = `${qualifier ? `${QUALIFIERS[qualifier]} ` : ""}${number} ${unit}`;
  return make("span", { class: "quantity", dir: "auto" }, make("b", { text }), ` ${what}`);
}

/** @param {string} number a decimal of any length, its digits in threes */
function grouped(number) {
  const [whole, fraction] = number.split(".");
  const digits = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return fraction === undefined ? digits : `${digits}.${fraction}`;
}
