// @ts-check
/** The facets: for each filter the values that statements have, with their counts, to choose from. */

import { byId, make, words } from "../look/element.js";
import { SIGNS, STANDING_WORDS, STANDINGS } from "../look/standing.js";
import * as address from "../state/address.js";
import { ask, below } from "../state/api.js";
import { facets } from "../state/facets.js";
import { loadNames, sourceTitle } from "../state/names.js";

/** For each facet its filter, its name in the service's answer, and its heading. */
const FACETS = [
  ["standing", "standings", "Standing"],
  ["actor", "actors", "Actors"],
  ["tag", "tags", "Tags"],
  ["place", "places", "Places"],
  ["source", "sources", "Sources"],
];
const FIRST = 8;

/** @type {Set<string>} facets of which all values are shown */
const opened = new Set();
let counting = 0;

/**
 * Shows the facets. A facet that is filtered by is counted without its own filter, so that the reader
 * sees what another choice would add.
 * @param {string[]} [refused] filters that the service refuses: what the others select is counted
 */
export async function show(refused = []) {
  const mine = ++counting;
  const body = await facets(address.question(...refused));
  const own = FACETS.filter(([name]) => chosenOf(name, refused).length > 0);
  const wider = await Promise.all(
    own.map(async ([name, plural]) => [
      plural, (await ask(below("/facets"), address.question(name, ...refused))).body[plural],
    ]),
  );
  await loadNames();
  if (mine !== counting) return;
  const counted = { ...body, ...Object.fromEntries(wider) };
  counted.standings.sort((/** @type {any} */ a, /** @type {any} */ b) =>
    STANDINGS.indexOf(a.value) - STANDINGS.indexOf(b.value));
  byId("actor-names").replaceChildren(
    ...counted.actors.map((/** @type {{value: string}} */ { value }) => make("option", { value })),
  );
  byId("facets").replaceChildren(...FACETS.map(([name, plural, title]) => facet(name, title, counted[plural], chosenOf(name, refused))));
}

/** @param {string} name @param {string[]} refused @returns {string[]} the values of a filter */
const chosenOf = (name, refused) => (refused.includes(name) ? [] : address.all(name));

/** @param {string} name @param {string} title @param {{value: string, count: number}[]} items @param {string[]} chosen */
function facet(name, title, items, chosen) {
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
            event.target.closest("section").replaceWith(facet(name, title, items, chosen));
          },
        },
      }),
  );
}

/** @param {string} name @param {{value: string, count: number}} item @param {boolean} chosen */
function choice(name, { value, count: many }, chosen) {
  const box = make("input", { type: "checkbox", name, value, checked: chosen });
  box.addEventListener("change", () => {
    const others = address.all(name).filter((other) => other !== value);
    address.go({ [name]: box.checked ? [...others, value] : others });
  });
  const counted = make("span", { class: "many", text: many ? many.toLocaleString("en") : "" });
  return make("label", {}, box, words(shownValue(name, value)), counted);
}

/** @param {string} name of a filter @param {string} value @returns {string} as readers know it */
function shownValue(name, value) {
  if (name === "source") return sourceTitle(value);
  if (name !== "standing") return value;
  const standing = /** @type {import("../look/standing.js").Standing} */ (value);
  return `${SIGNS[standing]} ${STANDING_WORDS[standing]}`;
}
