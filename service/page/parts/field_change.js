// @ts-check
/** A field that was changed: its name as readers know it, and what it was beside what it is. */

import { actorName } from "../state/names.js";
import { dateWords } from "../words/dates.js";
import { wordDifference } from "../words/difference.js";
import { make } from "../look/element.js";
import { quantityWords } from "./quantity.js";
import { ratingWords } from "./rating.js";

/** @type {Record<string, string>} */
const NAMES = {
  text: "Text", kind: "Kind", language: "Language", said: "Said", "said.by": "Said by",
  "said.with": "Said together with", "said.on": "Said", rating: "Rating", origin: "From", extra: "Further columns",
  "said.via": "Through", occurred: "Happened", about: "About", places: "Where", quantities: "How many",
  sources: "Evidence", tags: "Tags",
};
const DATES = new Set(["said.on", "occurred"]);
const ACTORS = new Set(["said.by", "said.with", "about"]);
/** Words that are shown around those that differ. */
const AROUND = 5;

/** @param {import("../state/changes.js").FieldChange} change */
export function fieldChange({ path, before, after }) {
  const values = make("span", { dir: "auto" }, ...difference(path, before, after));
  return make("span", { class: "field-change" }, make("b", { text: `${fieldWords(path)}: ` }), values);
}

/** @param {string} path its names, joined by points @returns {string} */
export function fieldWords(path) {
  const parts = path.split(".");
  const two = parts.slice(0, 2).join(".");
  const [known, rest] = two in NAMES ? [NAMES[two], parts.slice(2)] : [NAMES[parts[0]] ?? parts[0], parts.slice(1)];
  const inner = rest.map((part) => (/^\d+$/.test(part) ? `${Number(part) + 1}` : part.replace("_", " ")));
  return [known, ...inner].join(" · ");
}

/** @param {string} path @param {any} before @param {any} after @returns {Node[]} */
export function difference(path, before, after) {
  const parts = wordDifference(valueWords(path, before), valueWords(path, after));
  return parts.map(({ kind, text }, at) => {
    const tag = /** @type {"ins" | "del" | "span"} */ ({ same: "span", removed: "del", added: "ins" }[kind]);
    return make(tag, { text: kind === "same" ? near(text, at === 0, at === parts.length - 1) : text });
  });
}

/** @param {string} text @param {boolean} first @param {boolean} last @returns {string} without what is far from a difference */
function near(text, first, last) {
  const words = text.split(/(?<=\s)/);
  if (words.length <= 2 * AROUND + 2) return text;
  if (first) return `… ${words.slice(-AROUND).join("")}`;
  if (last) return `${words.slice(0, AROUND).join("")}…`;
  return `${words.slice(0, AROUND).join("")} … ${words.slice(-AROUND).join("")}`;
}

/**
 * A value that stands alone. What is compared needs `valueWords`: there, a publisher that comes to a title of the same words has to be seen.
 * @param {string} path @param {any} value @returns {string} what two members of a source both say only once, without its id
 */
export function aloneWords(path, value) {
  if (path !== "sources" || !Array.isArray(value)) return valueWords(path, value);
  return value.map(({ id: _, ...source }) => [...new Set([...sourceParts(source), ...furtherParts(source, SOURCE)])].join(", ")).join("; ");
}

/** @param {Partial<import("../state/statement").Source>} source @returns {string[]} */
const sourceParts = ({ title, publisher, url, quote }) => [title, publisher, url, quote && `“${quote}”`].flatMap((part) => (part ? [part] : []));

/** @typedef {{told: string[], words: (value: any) => string}} Form words for a part of a statement, and the members that they tell */
/** @type {Form} */
const SOURCE = { told: ["title", "publisher", "url", "quote"], words: (value) => sourceParts(value).join(", ") };
/** By a member that only such parts have. @type {Record<string, Form>} */
const FORMS = {
  unit: { told: ["what", "low", "best", "high", "unit", "qualifier"], words: quantityWords },
  title: SOURCE,
  actor: { told: ["actor", "role"], words: (/** @type {any} */ value) => `${actorName(value.actor)}${value.role ? ` (${value.role})` : ""}` },
  name: { told: ["name"], words: (/** @type {any} */ value) => value.name },
  label: { told: ["label", "value", "best", "worst"], words: ratingWords },
};

/** @param {Record<string, any>} value @param {Form | undefined} form @returns {string[]} the members that the form does not tell: nobody may approve what is not shown */
function furtherParts(value, form) {
  const further = Object.entries(value).filter(([name, part]) => !form?.told.includes(name) && part !== null && part !== "");
  return further.map(([name, part]) => `${name.replaceAll("_", " ")}: ${part}`);
}

/** @param {string} path @param {any} value @returns {string} the whole of it */
export function valueWords(path, value) {
  if (value === null || value === "") return "";
  if (Array.isArray(value)) return value.map((item) => valueWords(path, item)).join("; ");
  if (typeof value === "string") {
    if (DATES.has(path)) return dateWords(value, null);
    return ACTORS.has(path) ? actorName(value) : value;
  }
  if (typeof value !== "object") return String(value);
  const form = Object.entries(FORMS).find(([name]) => name in value)?.[1];
  return [...(form ? [form.words(value)] : []), ...furtherParts(value, form)].join(", ");
}
