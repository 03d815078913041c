// @ts-check
/** A statement as a row of the list. */

import { make, words } from "../look/element.js";
import { highlighted } from "../parts/highlighted.js";
import { quantity } from "../parts/quantity.js";
import { speakers, speakersOf } from "../parts/speakers.js";
import { SIGNS, STANDING_WORDS } from "../look/standing.js";
import * as address from "../state/address.js";
import { nameOf } from "../parts/statement_link.js";
import { actorName } from "../state/names.js";
import { dateWords } from "../words/dates.js";
import { inZone } from "../words/instant.js";
import { soughtIn } from "../words/matches.js";
import { foundIn, quoteOf } from "./found.js";
import { notes } from "./notes.js";

/** @typedef {import("../state/statement").Statement} Statement */

/**
 * What a row shows, as a key: a row with the same key need not be made again.
 * @param {Statement} statement
 */
export function shownOf({ changed, said, relations }) {
  const names = [...speakersOf(said), ...said.via.map((link) => link.actor)].map(actorName);
  return [changed, clockShown(), ...address.all("q"), ...names, ...relations.map(({ statement }) => nameOf(statement).split(":", 1))].join("\n");
}

/** The order that the rows are in tells a time of theirs that they have no other place for. */
const clockShown = () => (/recorded$/.test(address.one("order")) ? "recorded" : "");

/** @param {Statement} statement */
export function row(statement) {
  const { standing } = statement;
  const terms = soughtIn(address.all("q"));
  return make(
    "li",
    {
      "data-testid": "statement",
      "data-statement-id": statement.id,
      "data-standing": standing,
      "data-shown": shownOf(statement),
    },
    make("span", { class: "sign", "aria-hidden": "true", text: SIGNS[standing] }),
    make(
      "div",
      {},
      top(statement),
      make(
        "p",
        { class: "row-text", dir: "auto" },
        make("a", { href: address.changed({ statement: statement.id }), lang: statement.language }, ...highlighted(statement.text, terms)),
      ),
      foundIn(statement, terms),
      notes(statement),
      below(statement),
      quote(statement, terms),
    ),
  );
}

/** @param {Statement} statement */
function top({ said, kind, standing, supports, occurred, bounds }) {
  return make(
    "p",
    { class: "row-top" },
    speakers(said, "speaker"),
    make("span", { class: "kind", text: kind }),
    standing !== "asserted" && make("span", { class: "standing", text: STANDING_WORDS[standing] }),
    supports > 0 && make("span", { class: "kind", text: `supported by ${supports.toLocaleString("en")}` }),
    make("span", {
      class: "row-when",
      title: occurred ?? "no date",
      text: occurred === null ? "happened at a time not known" : `happened ${dateWords(occurred, bounds.occurred)}`,
    }),
  );
}

/** @param {Statement} statement */
function below({ said, bounds, recorded_at: recorded, quantities, sources, unsourced, places }) {
  const when = said.on === null ? "said at a time not known" : `said ${dateWords(said.on, bounds.said)}`;
  return make(
    "p",
    { class: "row-below" },
    ...quantities.map(quantity),
    make("span", { title: said.on ?? "no date", text: when }),
    clockShown() && make("span", { title: recorded, text: `recorded ${inZone(recorded)}` }),
    said.via.length > 0 && words(`via ${said.via.map((link) => actorName(link.actor)).join(", ")}`),
    places.length > 0 && words(places.map((place) => place.name).join(", ")),
    unsourced && make("span", { class: "unsourced", text: "no source given" }),
    ...sources.slice(0, 3).map((source) => words(source.publisher ?? source.title, "source-name")),
  );
}

/**
 * @param {Statement} statement @param {import("../words/matches.js").Term[]} terms what is sought
 * @returns {HTMLElement | null} the first quote of its sources
 */
function quote(statement, terms) {
  const found = quoteOf(statement);
  return found === null ? null : make("blockquote", { dir: "auto", lang: statement.language }, "“", ...highlighted(found, terms), "”");
}
