// @ts-check
/** Where a search found a statement, if its text does not have all the words: in a source's title, a tag, a name. */

import { make } from "../look/element.js";
import { highlighted } from "../parts/highlighted.js";
import { rangesOf } from "../words/matches.js";

/** @typedef {import("../state/statement").Statement} Statement */
/** @typedef {import("../words/matches.js").Term} Term */

/** The most places that are named; the detail has all of them. */
const NAMED = 4;

/** @param {Statement} statement @returns {string | null} the quote that its row shows: the first of its sources */
export const quoteOf = ({ sources }) => sources.find((source) => source.quote)?.quote ?? null;

/** @param {Statement} statement @returns {[string, string][]} its other searched texts, each with what it is */
function others({ said, about, places, tags, sources }) {
  return [
    ...[said.by, ...said.with].flatMap((name) => (name ? [/** @type {[string, string]} */ (["speaker", name])] : [])),
    ...said.via.map(({ actor }) => /** @type {[string, string]} */ (["via", actor])),
    ...about.map(({ actor }) => /** @type {[string, string]} */ (["about", actor])),
    ...places.map(({ name }) => /** @type {[string, string]} */ (["place", name])),
    ...tags.map((tag) => /** @type {[string, string]} */ (["tag", tag])),
    ...sources.flatMap(({ title, quote }) => /** @type {[string, string][]} */ ([["source", title], ["quote", quote ?? ""]])),
  ];
}

/**
 * @param {Statement} statement @param {Term[]} terms what is sought
 * @returns {HTMLElement | null} null if its text and its quote have all that was found
 */
export function foundIn(statement, terms) {
  const shown = [statement.text, quoteOf(statement) ?? ""];
  const left = terms.filter((term) => shown.every((text) => rangesOf(text, term).length === 0));
  const found = others(statement).filter(([, text]) => left.some((term) => rangesOf(text, term).length > 0));
  const once = new Map(found.map((each) => [each.join("\n"), each]));
  if (once.size === 0) return null;
  const places = [...once.values()].slice(0, NAMED).flatMap(([kind, text], at) =>
    [at ? ", " : "", `${kind} “`, make("span", { dir: "auto" }, ...highlighted(text, left)), "”"]);
  const more = once.size > NAMED ? `, and ${once.size - NAMED} more` : "";
  return make("p", { class: "row-note", "data-testid": "found-in" }, make("b", { text: "Found in: " }), ...places, more);
}
