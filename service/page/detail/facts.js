// @ts-check
/** The facts of a statement: its standing, speaker, dates, places and quantities, and when it was recorded. */

import { actor } from "../parts/actor.js";
import { make, outward, words } from "../look/element.js";
import { highlighted } from "../parts/highlighted.js";
import { evidence } from "../parts/evidence.js";
import { quantity } from "../parts/quantity.js";
import { ratingWords } from "../parts/rating.js";
import { recordedTime } from "../look/recorded_time.js";
import { speakers } from "../parts/speakers.js";
import { SIGNS, STANDING_WORDS } from "../look/standing.js";
import { boundsWords, dateWords } from "../words/dates.js";
import { disputes } from "./relations.js";

/** @typedef {import("../state/statement").Statement} Statement */

/** @param {Statement} statement @param {import("../words/matches.js").Term[]} terms what is sought */
export function facts(statement, terms) {
  const { said, occurred, bounds, standing, kind } = statement;
  const list = make("dl", { class: "facts" });
  /** @param {string} name @param {...(Node | string | null | false)} values */
  const add = (name, ...values) => {
    list.append(make("dt", { text: name }), make("dd", {}, ...values));
  };
  const counts = `${many(statement.disputes, "of the others disputes", "of the others dispute")} it; ${many(statement.supports, "supports", "support")} it`;
  add("Standing", make("span", { "data-standing": standing }, make("span", { class: "standing", text: `${SIGNS[standing]} ${STANDING_WORDS[standing]}` })), make("small", { text: counts }), ...disputes(statement.relations));
  if (statement.retraction) add("Retracted", ...retraction(statement.retraction));
  add("Said by", speakers(said), ` · ${kind}`);
  add("Said", ...date(said.on, bounds.said));
  if (said.via.length) add("Through", ...chain(said.via));
  add("Happened", ...date(occurred, bounds.occurred));
  if (statement.about.length) add("About", ...statement.about.map(({ actor: of, role }) => make("div", {}, actor(of), role && ` (${role})`)));
  if (statement.rating) add("Rated", words(ratingWords(statement.rating)));
  if (statement.places.length) add("Where", make("span", { dir: "auto" }, ...highlighted(statement.places.map((place) => place.name).join(", "), terms)));
  if (statement.quantities.length) add("How many", ...statement.quantities.map((item) => make("div", {}, quantity(item))));
  if (statement.tags.length) add("Tags", ...highlighted(statement.tags.join(", "), terms));
  if (statement.credibility !== null) add("Credibility", `${statement.credibility} of 6 (Admiralty scale, 1 is best)`);
  add("Recorded", recordedTime(statement.recorded_at));
  if (statement.corrected_at) add("Corrected", recordedTime(statement.corrected_at));
  if (statement.origin) add("Taken from", ...origin(statement.origin));
  for (const [name, text] of Object.entries(statement.extra)) add(`As recorded: ${name}`, words(text));
  add("Id", make("code", { text: statement.id }));
  return list;
}

/** @param {string | null} text EDTF @param {import("../state/statement").Bounds | null} bounds */
function date(text, bounds) {
  if (text === null) return ["time not known"];
  const edges = bounds && boundsWords(bounds);
  const exact = make("span", { class: "edtf", text });
  return [`${dateWords(text, bounds)} `, exact, edges && make("small", { text: edges })];
}

/** @param {import("../state/statement").Retraction} retracted why, by whom, when and where they said so */
function retraction({ reason, by, on, source }) {
  return [words(`“${reason}”`), by && make("span", {}, " by ", actor(by)), make("small", {}, ...evidence(on, source))];
}

/** @param {import("../state/statement").Origin} from the record that the statement was made from */
function origin({ dataset, id, url, sha256 }) {
  const named = [dataset, id].filter(Boolean).join(" · ");
  return [named && words(named), outward(url, named ? " (the record)" : "the record"), sha256 && make("small", { text: `SHA-256 ${sha256}` })];
}

/** @param {import("../state/statement").Via[]} via the one nearest to the speaker first */
function chain(via) {
  return via.map(({ actor: by, role, on }) =>
    make("div", {}, actor(by), ` (${role}${on ? `, ${dateWords(on, null)}` : ""})`),
  );
}

/** @param {number} count @param {string} one @param {string} several verbs @returns {string} */
function many(count, one, several) {
  return `${count === 0 ? "none" : count.toLocaleString("en")} ${count < 2 ? one : several}`;
}
