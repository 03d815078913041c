// @ts-check
/** What was recorded, corrected, retracted and disputed between two moments. */

import * as address from "./address.js";
import { ask, below } from "./api.js";
import { byId, make } from "./element.js";
import { inZone } from "./instant.js";
import { record } from "./record.js";
import { row } from "./statement_row.js";
import { wordDifference } from "./word_difference.js";

const box = byId("difference");
const list = byId("statements");
let counting = 0;

/** Shows the comparison that the address asks for, in the place of the list; or the list. */
export async function show() {
  const mine = ++counting;
  const since = address.one("compare");
  const asked = since !== "";
  list.hidden = asked;
  byId("more").hidden = asked;
  byId("count").hidden = asked;
  byId("ordering").hidden = asked;
  box.hidden = !asked;
  if (!asked) return;
  const to = address.one("as_of") || String(record.revision);
  const { body } = await ask(below("/diff"), { from: since, to });
  if (mine === counting) box.replaceChildren(difference(body));
}

/** @param {any} body */
function difference(body) {
  const { from, to } = body;
  const sections = [
    section("Recorded", body.recorded, recorded, "statements"),
    section("Corrected", body.corrected, correction),
    section("Retracted", body.retracted, (/** @type {string} */ id) => make("li", {}, link(id))),
    section("Related", body.related, relation),
    section("No longer related", body.unrelated, relation),
    section("Standing", body.standing, standing),
  ].filter((part) => part !== null);
  return make(
    "div",
    { class: "difference", "data-testid": "difference" },
    make("h2", { text: "What differs" }),
    make("p", {
      text: `From revision ${from.revision} (${inZone(from.recorded_at)}) to revision ${to.revision} (${inZone(to.recorded_at)}), over the whole timeline${sections.length ? "" : ": nothing differs"}.`,
    }),
    make("button", { type: "button", text: "End the comparison", on: { click: () => address.go({ compare: null }) } }),
    ...sections,
  );
}

/**
 * @param {string} title @param {any[]} items @param {(item: any) => Node} shown
 * @param {string} [className]
 */
function section(title, items, shown, className) {
  if (items.length === 0) return null;
  return make(
    "section",
    { "aria-label": title },
    make("h3", { text: `${title}: ${items.length.toLocaleString("en")}` }),
    make("ol", { class: className }, ...items.map(shown)),
  );
}

/** @param {import("./statement").Statement} statement not one of the list, which stands beside it */
function recorded(statement) {
  const made = row(statement);
  made.dataset.testid = "recorded";
  made.addEventListener("click", (event) => {
    event.preventDefault();
    address.go({ statement: statement.id });
  });
  return made;
}

/** @param {any} corrected */
function correction({ id, changes }) {
  return make("li", { "data-testid": "correction" }, link(id), ...changes.map(change));
}

/** @param {{path: string, before: any, after: any}} changed */
function change({ path, before, after }) {
  const parts = wordDifference(text(before), text(after)).map(({ kind, text: words }) =>
    make(/** @type {"ins" | "del" | "span"} */ ({ same: "span", removed: "del", added: "ins" }[kind]), { text: words }),
  );
  return make("div", { class: "change" }, make("code", { text: path }), make("p", { dir: "auto" }, ...parts));
}

/** @param {any} value */
function text(value) {
  if (value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** @param {any} ends */
function relation({ statement, relation: how, target }) {
  return make("li", {}, link(statement), ` ${how} `, link(target));
}

/** @param {any} moved */
function standing({ id, before, after }) {
  return make("li", { "data-standing": after }, link(id), " was ", before, ", is ", make("span", { class: "standing", text: after }));
}

/** @param {string} id */
function link(id) {
  const known = record.find(id);
  const words = known ? `${known.said.by}: ${known.text}` : id;
  const goes = make("a", { href: address.changed({ statement: id }), dir: "auto", text: words });
  goes.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    address.go({ statement: id });
  });
  return goes;
}
