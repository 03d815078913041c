// @ts-check
/** The filters: fields, facets with their counts, and what is in force as chips to take away. */

import * as address from "./address.js";
import { ask, below } from "./api.js";
import { byId, make, words } from "./element.js";
import { facets } from "./facets.js";
import { SIGNS, STANDINGS } from "./standing.js";

const KINDS = [
  "report", "claim", "confirmation", "denial", "estimate",
  "assessment", "agreement", "announcement", "prediction", "appeal",
];
/** Each facet's filter, its name in the answer and its heading. */
const FACETS = [
  ["standing", "standings", "Standing"],
  ["actor", "actors", "Actors"],
  ["tag", "tags", "Tags"],
  ["place", "places", "Places"],
  ["source", "sources", "Sources"],
];
const FIRST = 8;

/** @type {any} */
const actor = byId("filter-actor");
const kind = byId("filter-kind");
const search = byId("search");
const from = byId("filter-from");
const to = byId("filter-to");
/** @type {Set<string>} facets that are shown whole */
const opened = new Set();
let counting = 0;

export function start() {
  kind.append(
    make("option", { value: "", text: "any" }),
    ...KINDS.map((value) => make("option", { value, text: value })),
  );
  search.addEventListener("input", () => later(() => set("q", search.value.trim(), { replace: true }), 250));
  actor.addEventListener("input", () => later(() => set("actor", actor.value.trim()), 700));
  search.addEventListener("change", () => set("q", search.value.trim()));
  actor.addEventListener("change", () => set("actor", actor.value.trim()));
  kind.addEventListener("change", () => kind.value !== "several" && set("kind", kind.value));
  from.addEventListener("change", () => set(names()[0], from.value.trim()));
  to.addEventListener("change", () => set(names()[1], to.value.trim()));
  byId("order").addEventListener("change", (/** @type {any} */ event) => {
    address.go({ order: event.target.value === "occurred" ? null : event.target.value });
  });
  addEventListener("keydown", (event) => {
    const typing = /** @type {Element} */ (event.target).closest("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      search.focus();
    }
  });
  if (matchMedia("(max-width: 63.99rem)").matches) byId("filters").open = false;
}

/** @type {number | undefined} */
let waiting;
/** @param {() => void} act @param {number} pause milliseconds in which nothing more is typed */
function later(act, pause) {
  clearTimeout(waiting);
  waiting = setTimeout(act, pause);
}

/** The window is one of the clock that the chart shows. */
export function names() {
  return address.one("on") === "said" ? ["said_from", "said_to"] : ["from", "to"];
}

/** @param {string} name @param {string} value @param {{replace?: boolean}} [how] */
function set(name, value, how) {
  clearTimeout(waiting);
  if (address.all(name).join("\n") !== value) address.go({ [name]: value || null }, how);
}

/** Shows the address in the fields. */
export function show() {
  for (const [field, name] of [[search, "q"], [actor, "actor"], [from, names()[0]], [to, names()[1]]]) {
    if (document.activeElement !== field) field.value = address.all(name).join(" or ");
  }
  const kinds = address.all("kind");
  kind.querySelector("[value=several]")?.remove();
  if (kinds.length > 1) kind.append(make("option", { value: "several", text: kinds.join(" or ") }));
  kind.value = kinds.length > 1 ? "several" : (kinds[0] ?? "");
  byId("order").value = address.one("order", "occurred");
  byId("chips").replaceChildren(...address.FILTERS.flatMap(chips));
}

/** @param {string} name */
function chips(name) {
  return address.all(name).map((value) =>
    make(
      "li",
      {},
      make("button", {
        type: "button",
        dir: "auto",
        "aria-label": `Take the filter ${name} ${value} away`,
        text: `${name.replace("_", " ")}: ${value} ×`,
        on: { click: () => address.go({ [name]: address.all(name).filter((v) => v !== value) }) },
      }),
    ),
  );
}

/** Asks for the counts. A facet that filters shows what one could add: it is counted without itself. */
export async function count() {
  const mine = ++counting;
  const body = await facets(address.question());
  const own = FACETS.filter(([name]) => address.all(name).length > 0);
  const wider = await Promise.all(
    own.map(async ([name, plural]) => [
      plural, (await ask(below("/facets"), address.question(name))).body[plural],
    ]),
  );
  if (mine !== counting) return;
  const counted = { ...body, ...Object.fromEntries(wider) };
  counted.standings.sort((/** @type {any} */ a, /** @type {any} */ b) =>
    STANDINGS.indexOf(a.value) - STANDINGS.indexOf(b.value));
  byId("actor-names").replaceChildren(
    ...counted.actors.map((/** @type {{value: string}} */ { value }) => make("option", { value })),
  );
  byId("facets").replaceChildren(...FACETS.map(([name, plural, title]) => facet(name, title, counted[plural])));
}

/** @param {string} name @param {string} title @param {{value: string, count: number}[]} items */
function facet(name, title, items) {
  const chosen = address.all(name);
  const missing = chosen.filter((value) => !items.some((item) => item.value === value));
  const whole = [...missing.map((value) => ({ value, count: 0 })), ...items];
  if (whole.length === 0) return "";
  const shown = opened.has(name) ? whole : whole.filter((item, i) => i < FIRST || chosen.includes(item.value));
  const rest = whole.length - shown.length;
  return make(
    "section",
    { class: "facet", role: "group", "aria-label": title },
    make("h2", { text: title }),
    ...shown.map((item) => choice(name, item, chosen.includes(item.value))),
    rest > 0 &&
      make("button", {
        type: "button",
        text: `${rest} more`,
        on: {
          click: (/** @type {any} */ event) => {
            opened.add(name);
            event.target.closest("section").replaceWith(facet(name, title, items));
          },
        },
      }),
  );
}

/** @param {string} name @param {{value: string, count: number}} item @param {boolean} chosen */
function choice(name, { value, count: many }, chosen) {
  const sign = name === "standing" ? `${SIGNS[/** @type {import("./standing.js").Standing} */ (value)]} ` : "";
  const box = make("input", { type: "checkbox", name, value, checked: chosen });
  box.addEventListener("change", () => {
    const others = address.all(name).filter((other) => other !== value);
    address.go({ [name]: box.checked ? [...others, value] : others });
  });
  const counted = make("span", { class: "many", text: many ? many.toLocaleString("en") : "" });
  return make("label", {}, box, words(sign + value), counted);
}
