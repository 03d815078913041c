// @ts-check
/** The relations of a statement, to others and from others. */

import { make } from "../look/element.js";
import { evidence } from "../parts/evidence.js";
import { statementLink } from "../parts/statement_link.js";

/** @type {Record<string, string>} */
const PASSIVE = {
  supports: "supported by",
  disputes: "disputed by",
  repeats: "repeated by",
  "responds-to": "answered by",
  supersedes: "superseded by",
};

/** @param {import("../state/statement").Relation} related */
export function relation({ relation: how, direction, statement: id, note, on, source }) {
  const verb = direction === "out" ? how.replace("-", " ") : (PASSIVE[how] ?? how);
  const about = note && make("small", { class: "kind", dir: "auto", text: ` “${note}”` });
  return make("li", { class: "relation" }, make("span", { class: how, text: verb }), make("span", {}, statementLink(id), about, (on || source) && make("small", { class: "kind" }, ...evidence(on, source))));
}
