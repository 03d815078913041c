// @ts-check
/** Shows at a field what is wrong with its value. */

import { byId, make, sentence } from "../look/element.js";
import { bringIntoSight, focusOn } from "../look/in_sight.js";
import * as address from "../state/address.js";
import { plainBounds } from "../words/plain_date.js";
import { filterWords } from "./filter_words.js";
import { unfold } from "./unfolding.js";

/** The fields of the parameters that readers type. */
const FIELDS = /** @type {Record<string, string>} */ ({
  q: "search", actor: "filter-actor", kind: "filter-kind", from: "filter-from", said_from: "filter-from",
  to: "filter-to", said_to: "filter-to", as_of: "as-of", compare: "compare",
});
const WINDOW = /^(said_)?(from|to)$/;
/** The field that already has a button that removes its value. */
const MOMENT = "as-of";

/** @typedef {{path: string, message: string}} Fault `path`: the parameter, with its question mark */

/** @param {Fault} fault @returns {string} the parameter */
export function nameOf({ path }) {
  return path.replace("?", "");
}

/**
 * The filters that are wrong. With one end of a window the other end counts as wrong too, because it may be the one
 * that is.
 * @param {Fault[]} faults @returns {string[]}
 */
export function refusedFilters(faults) {
  const names = faults.map(nameOf);
  return names.flatMap((name) => (WINDOW.test(name) ? [name, name.replace(/from|to/, (end) => (end === "to" ? "from" : "to"))] : [name]));
}

/** @param {string} name of a parameter @returns {string} what it is called where it has no field: as its chip is */
export function filterOf(name) {
  return `“${address.all(name).map((value) => filterWords(name, value)).join(" or ")}”`;
}

/**
 * What is wrong, for a reader who sees no field of it: the value came with the address, and nobody can write another one here.
 * @param {Fault} fault @returns {string}
 */
export function faultWords(fault) {
  const name = nameOf(fault);
  if (address.repeated().includes(name)) return `The address asks for ${filterOf(name)}, of which only one can be meant.`;
  const exists = WINDOW.test(name) && plainBounds(address.one(name)) !== null; // it is wrong beside another value
  return address.one(name) && !exists ? `The address asks for ${filterOf(name)}, which there is not.` : fault.message;
}

/**
 * Shows what is wrong at the fields, and removes what was shown before.
 * @param {Fault[]} faults @returns {Fault[]} those that no field in the document can show
 */
export function show(faults) {
  for (const old of document.querySelectorAll(".fault")) old.remove();
  for (const id of new Set(Object.values(FIELDS))) {
    byId(id).removeAttribute("aria-invalid");
    byId(id).removeAttribute("aria-describedby");
  }
  const names = faults.map(nameOf);
  for (const chip of document.querySelectorAll("#chips > li")) { // a refused value is not an active filter
    chip.toggleAttribute("hidden", names.includes(chip.getAttribute("data-filter") ?? ""));
  }
  // Without a moment, neither the statement that is open nor the time that is named is what the address asks for.
  document.documentElement.classList.toggle("momentless", names.includes("as_of"));
  const untold = faults.filter((fault) => !tell(fault));
  const first = document.querySelector(".fault");
  if (first && !document.activeElement?.matches("[aria-invalid]")) bringIntoSight(first);
  return untold;
}

/** @returns {string[]} the messages at the fields, each with the field's name */
export function said() {
  return [...document.querySelectorAll(".fault")].map((each) => `“${each.getAttribute("data-field")}”: ${each.querySelector("span")?.textContent}`);
}

/** @param {HTMLInputElement} field @returns {string} what it is called */
const labelOf = (field) => (field.getAttribute("aria-label") ?? field.labels?.[0]?.textContent ?? "").split(":")[0];

/** @param {Fault} fault @returns {boolean} whether its field says it */
function tell(fault) {
  const name = nameOf(fault);
  const field = FIELDS[name] && byId(FIELDS[name]);
  const other = WINDOW.test(name) && !address.windowNames().includes(name); // the fields have the window of the other clock
  if (!field || other) return false;
  if (field.closest(".folded")) unfold(field.closest(".moment"));
  if (field.closest("#filters")) byId("filters").open = true;
  if (field.getClientRects().length === 0) return false; // an article has not all fields
  if (field.hasAttribute("aria-invalid")) return true;
  const id = `${field.id}-fault`;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", id);
  const told = make("div", { class: "fault", role: "status", "data-field": labelOf(field) }, make("span", { id }, ...sentence(fault.message)));
  if (field.id !== MOMENT) told.append(" ", remover(name, field));
  field.after(told);
  return true;
}

/** @param {string} name of a parameter @param {HTMLInputElement} field @returns {HTMLElement} the button that removes its value */
function remover(name, field) {
  const button = make("button", { type: "button", "aria-label": `Remove “${labelOf(field)}”`, text: "Remove" });
  button.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    address.go({ [name]: null });
    if (event.detail === 0) focusOn(byId("list")); // by the keyboard, and the button is gone
  });
  return button;
}
