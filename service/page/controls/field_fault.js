// @ts-check
/** Says at a field what is wrong with its value. */

import { byId, make, sentence } from "../look/element.js";
import * as address from "../state/address.js";
import { filterWords } from "./filter_words.js";
import { unfold } from "./folds.js";

/** The fields of the parameters that readers type. */
const FIELDS = /** @type {Record<string, string>} */ ({
  q: "search", actor: "filter-actor", kind: "filter-kind", from: "filter-from", said_from: "filter-from",
  to: "filter-to", said_to: "filter-to", as_of: "as-of", compare: "compare",
});

/** @typedef {{path: string, message: string}} Fault `path`: the parameter, with its question mark */

/** @param {Fault} fault @returns {string} the parameter */
export function nameOf({ path }) {
  return path.replace("?", "");
}

/** @param {string} name of a parameter @returns {string} what it is called on the page: its field, or the filter in words */
export function labelOf(name) {
  const field = FIELDS[name] && byId(FIELDS[name]);
  const label = field?.getAttribute("aria-label")?.split(":")[0] ?? field?.labels?.[0]?.textContent;
  return `“${label ?? address.all(name).map((value) => filterWords(name, value)).join(" or ")}”`;
}

/**
 * What is wrong, for the reader. A value of a parameter without a field came with the address: nobody can write another one here.
 * @param {Fault} fault @returns {string}
 */
export function faultWords(fault) {
  const name = nameOf(fault);
  if (FIELDS[name] || !address.one(name)) return FIELDS[name] ? `${labelOf(name)}: ${fault.message}` : fault.message;
  return `The address asks for ${labelOf(name)}, which there is not.`;
}

/** @param {Fault[]} faults those of fields are shown, and all others that were shown are removed */
export function show(faults) {
  for (const old of document.querySelectorAll(".fault")) old.remove();
  for (const id of new Set(Object.values(FIELDS))) {
    byId(id).removeAttribute("aria-invalid");
    byId(id).removeAttribute("aria-describedby");
  }
  for (const fault of faults) {
    const field = FIELDS[nameOf(fault)] && byId(FIELDS[nameOf(fault)]);
    if (!field || field.hasAttribute("aria-invalid")) continue;
    const id = `${field.id}-fault`;
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", id);
    if (field.closest(".folded")) unfold(field.closest(".moment"));
    field.after(make("p", { id, class: "fault" }, ...sentence(fault.message)));
  }
  if (faults.length && document.querySelector("#filters .fault")) byId("filters").open = true;
}
