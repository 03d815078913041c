// @ts-check
/** The relations of a statement, to others and from others: who disputes it beside its standing, the rest below. */

import { make } from "../look/element.js";
import { evidence } from "../parts/evidence.js";
import { statementLink } from "../parts/statement_link.js";

/** @typedef {import("../state/statement").Relation} Relation */

/** @type {Record<string, string>} */
const PASSIVE = {
  supports: "supported by",
  disputes: "disputed by",
  repeats: "repeated by",
  "responds-to": "answered by",
  supersedes: "superseded by",
};
/** The most disputing statements, and the most disputed ones, that are named beside the standing. */
const NAMED = 3;

/** @param {Relation[]} relations @returns {Relation[]} those that are shown beside the standing */
function disputing(relations) {
  const found = relations.filter(({ relation }) => relation === "disputes");
  return ["in", "out"].flatMap((way) => found.filter(({ direction }) => direction === way).slice(0, NAMED));
}

/** @param {Relation[]} relations @returns {HTMLElement[]} who disputes the statement and what it disputes, and what they say */
export function disputes(relations) {
  return disputing(relations).map((related) =>
    make("p", { class: "relation row-note disputes" }, make("b", { text: related.direction === "in" ? "Disputed by " : "Disputes " }), ...other(related)));
}

/** @param {Relation[]} relations @returns {HTMLElement[]} all that `disputes` does not have */
export function others(relations) {
  const told = new Set(disputing(relations));
  return relations.filter((related) => !told.has(related)).map((related) => {
    const { relation: how, direction } = related;
    const verb = direction === "out" ? how.replace("-", " ") : (PASSIVE[how] ?? how);
    return make("li", { class: "relation" }, make("span", { class: how, text: verb }), make("span", {}, ...other(related)));
  });
}

/** @param {Relation} related @returns {(Node | string | null | false)[]} the other statement, and what is known of the relation itself */
function other({ statement: id, note, on, source }) {
  return [
    statementLink(id),
    note && make("small", { class: "kind", dir: "auto", text: ` “${note}”` }),
    (on || source) && make("small", { class: "kind" }, ...evidence(on, source)),
  ];
}
