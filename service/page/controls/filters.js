// @ts-check
/** The filters: their fields, and a chip for each active filter, which removes it. */

import { byId, make } from "../look/element.js";
import { fill } from "../look/field.js";
import { narrow } from "../look/narrow.js";
import { Pause } from "../look/pause.js";
import * as address from "../state/address.js";
import { serviceTime } from "../state/api.js";
import { actorName, sourceTitle } from "../state/names.js";
import { calendarWords } from "../words/dates.js";
import { inUtc } from "../words/instant.js";
import { searchHint } from "../words/search.js";
import { isRelative, windowEndIn } from "../words/written.js";
import { filterWords } from "./filter_words.js";

const KINDS = [
  "report", "claim", "confirmation", "denial", "estimate",
  "assessment", "agreement", "announcement", "prediction", "appeal",
];
/** @type {any} */
const actor = byId("filter-actor");
const kind = byId("filter-kind");
const search = byId("search");
const from = byId("filter-from");
const to = byId("filter-to");
/** The placeholder of the search field; if there is room, it also explains how to search. */
const INVITATIONS = [search.placeholder, `${search.placeholder}: words, "a phrase", -not, begin*`];
/** When there is room: letters are larger in narrow windows, where the field is wide, and for fingers. Measuring them costs too much. */
const roomy = matchMedia("(min-width: 40.01rem) and (max-width: 63.99rem), (min-width: 64rem) and (pointer: fine), (min-width: 80rem)");
/** @typedef {{written: string, date: string}} Taken what a reader wrote, and the date that is in the address for it */
/** @type {{from?: Taken, to?: Taken}} */
const taken = {};
const pause = new Pause();
const hint = new Pause();
/** Milliseconds without typing before the page shows how it reads a search: a phrase lacks its second mark until it is typed. */
const TYPED = 1_500;

export function start() {
  kind.append(
    make("option", { value: "", text: "any" }),
    ...KINDS.map((value) => make("option", { value, text: value })),
  );
  search.addEventListener("input", () => pause.after(250, () => set("q", search.value.trim(), { replace: true })));
  actor.addEventListener("input", () => pause.after(700, () => set("actor", actor.value.trim())));
  search.addEventListener("change", () => set("q", search.value.trim()));
  actor.addEventListener("change", () => set("actor", actor.value.trim()));
  kind.addEventListener("change", () => kind.value !== "several" && set("kind", kind.value));
  for (const [at, field] of [from, to].entries()) {
    field.addEventListener("change", () => {
      set(address.windowNames()[at], dateOf(field.value, at ? "to" : "from"));
      showWindow();
    });
    field.addEventListener("blur", showWindow);
  }
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
  roomy.addEventListener("change", invite);
  invite();
  byId("filters").open = !narrow.matches; // not the other way round: what closes moves what is below it
}

function invite() {
  search.placeholder = INVITATIONS[roomy.matches ? 1 : 0];
}

/** @param {string} text of a field @param {"from" | "to"} end of the window @returns {string} the date for the address, of one that is written as people do */
function dateOf(text, end) {
  const written = text.trim();
  const date = windowEndIn(written, serviceTime(), end) ?? written;
  taken[end] = { written, date };
  return date;
}

/** @param {Taken | undefined} taken @param {string} name of the parameter @returns {string} how it was read, where it has other words */
function read(taken, name) {
  if (!taken || taken.date === taken.written || taken.date !== address.one(name)) return "";
  const words = /T/.test(taken.date) ? inUtc(taken.date) : `${calendarWords(taken.date)}${isRelative(taken.written) ? " in UTC" : ""}`;
  return `“${taken.written}” is read as ${words}.`;
}

/** @param {string} name @param {string} value @param {{replace?: boolean}} [how] */
function set(name, value, how) {
  pause.cancel();
  if (address.all(name).join("\n") !== value) address.go({ [name]: value || null }, how);
}

/** Fills the fields and the chips from the address. */
export function show() {
  fill(search, address.all("q"));
  fill(actor, address.all("actor"));
  showWindow();
  hint.after(document.activeElement === search ? TYPED : 0, () => {
    byId("search-hint").textContent = address.all("q").map(searchHint).find(Boolean) ?? "";
  });
  const kinds = address.all("kind");
  kind.querySelector("[value=several]")?.remove();
  if (kinds.length > 1) kind.append(make("option", { value: "several", text: kinds.join(" or ") }));
  kind.value = kinds.length > 1 ? "several" : (kinds[0] ?? "");
  byId("order").value = address.one("order", "occurred");
  byId("chips").replaceChildren(...address.FILTERS.flatMap(chips));
}

/** Fills the fields of the window, and says how they were read. */
function showWindow() {
  const names = address.windowNames();
  [from, to].forEach((field, at) => fill(field, address.all(names[at]), inUtc));
  byId("window-words").textContent = [taken.from, taken.to].map((each, at) => read(each, names[at])).filter(Boolean).join(" ");
}

/** @param {string} name */
function chips(name) {
  return address.all(name).map((value) => {
    const shown = filterWords(name, named(name, value));
    return make(
      "li",
      { "data-filter": name },
      make("button", {
        type: "button",
        "data-testid": "chip",
        dir: "auto",
        "aria-label": `Remove the filter ${shown}`,
        on: { click: () => address.go({ [name]: address.all(name).filter((v) => v !== value) }) },
      }, shown, make("span", { class: "cross", text: " ×" })),
    );
  });
}

/** @param {string} name of a filter @param {string} value @returns {string} the value, of actors and sources by their names */
function named(name, value) {
  if (name === "source") return sourceTitle(value);
  return name === "actor" || name === "by" ? actorName(value) : value;
}
