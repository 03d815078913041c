// @ts-check
/** The comparison: what was recorded, corrected, retracted, reinstated, redacted and disputed between two moments. */

import { byId, make } from "../look/element.js";
import { addressLink } from "../look/address_link.js";
import { bringIntoSight } from "../look/in_sight.js";
import { recordedTime } from "../look/recorded_time.js";
import { STANDING_WORDS } from "../look/standing.js";
import { difference, fieldWords } from "../parts/field_change.js";
import { redactionWords } from "../parts/redaction.js";
import { statementLink } from "../parts/statement_link.js";
import * as address from "../state/address.js";
import { ask, below, Problem } from "../state/api.js";
import { redactions } from "../state/changes.js";
import { record } from "../state/record.js";
import { reasons } from "./notes.js";
import { row } from "./row.js";

const box = byId("difference");
const list = byId("statements");
let counting = 0;
let from = 0;
/** The moment that is compared with, as in the address; empty for the list. */
let shown = "";
/** Why there is no comparison, though the address asks for one and all else is shown; and with what. */
let fault = { of: "", words: "" };

/** The revision that is compared with, once the comparison is shown; 0 if none is. */
export const comparedWith = () => from;

/** @returns {{path: string, message: string}[]} what is wrong with the comparison, where all else is shown */
export const refused = () => (fault.words && fault.of === address.one("compare") ? [{ path: "?compare", message: fault.words }] : []);

/** Whether the comparison is shown in place of the list. */
export const isShown = () => !box.hidden;

/** @type {Element | null} what had the focus in it last, such as a link that led to a statement */
let left = null;
box.addEventListener("focusin", (/** @type {FocusEvent} */ { target }) => (left = /** @type {Element} */ (target)));

/**
 * @param {string} id of a statement: what led to it in the comparison gets the focus, or else what had it last
 * @param {{near: boolean}} how `near` scrolls to it
 */
export function focus(id, { near }) {
  const links = [...box.querySelectorAll("a")].filter(({ search }) => new URLSearchParams(search).get("statement") === id);
  const last = left?.isConnected ? left : box.querySelector("button");
  const link = links.find((each) => each === left) ?? links[0] ?? last;
  link?.focus({ preventScroll: true });
  if (near && link) bringIntoSight(link);
}

/** A day in the future, for which the service shows the present. */
const LATE = "9999-12-31";

/**
 * Shows the comparison in place of the list if the address asks for one, otherwise the list.
 * @param {number} head the timeline's last revision
 */
export async function show(head) {
  const mine = ++counting;
  fault.words = "";
  const answer = await asked().catch(refuse);
  if (mine !== counting) return;
  const compares = answer !== null;
  const wanted = compares ? address.one("compare") : "";
  if (wanted !== shown) byId("list").scrollTop = 0; // another one, or the list again, is seen from its beginning
  shown = wanted;
  for (const part of [list, byId("more"), byId("count"), byId("ordering")]) part.hidden = compares;
  box.hidden = !compares;
  if (!compares) {
    from = 0;
    return;
  }
  const { body } = answer;
  const gone = await redactions(Math.max(head, body.to.revision)).catch(unknown);
  if (mine !== counting) return;
  from = body.from.revision;
  box.replaceChildren(changes(body, gone));
}

/**
 * If the moment to compare with does not exist, or is later than the one that is shown, the comparison is refused,
 * and nothing else.
 * @param {unknown} error why there is no comparison @returns {null}
 */
function refuse(error) {
  const found = error instanceof Problem && !error.passing && error.errors.every(({ path }) => path === "?compare") && error.errors[0];
  if (!found) throw error;
  fault = { of: address.one("compare"), words: found.message };
  return null;
}

/** The difference that the address asks for, if it does; what is wrong with its moments is reported by the address's names. */
export async function asked() {
  const from = address.one("compare");
  const to = address.moment().as_of ?? (record.revision ? String(record.revision) : LATE);
  const early = (/** @type {unknown} */ error) => error instanceof Problem && error.slug === "timeline-not-found";
  if (!from) return null;
  try {
    return await ask(below("/diff"), { from, to }).catch((error) => {
      if (early(error)) return ask(below("/diff"), { from: address.OPENING, to }); // before that nothing was on record either
      throw error;
    });
  } catch (error) {
    const names = /** @type {Record<string, string>} */ ({ "?from": "?compare", "?to": "?as_of" });
    if (error instanceof Problem) error.errors = error.errors.map((fault) => ({ ...fault, path: names[fault.path] ?? fault.path }));
    throw error;
  }
}

/** @param {unknown} error @returns {null} of redactions that cannot be read: the log may be away */
function unknown(error) {
  if (!(error instanceof Problem)) throw error;
  return null;
}

/** @param {any} body @param {import("../state/changes.js").Redaction[] | null} gone the timeline's; null if they are not known */
function changes(body, gone) {
  const { from, to } = body;
  const between = (gone ?? []).filter(({ revision }) => revision > from.revision && revision <= to.revision);
  const sections = [
    section("Recorded", body.recorded, recorded, "statements"),
    section("Corrected", body.corrected, correction),
    section("Retracted", body.retracted, withReasons),
    section("Reinstated", body.reinstated, withReasons),
    section("Redacted", between, redacted),
    section("Related", body.related, relation),
    section("No longer related", body.unrelated, relation),
    section("Standing", body.standing, standing),
  ].filter((part) => part !== null);
  return make(
    "div",
    { class: "difference", "data-testid": "difference" },
    make("h2", { text: "Changes" }),
    make("p", {},
      `From ${from.revision === Number(address.OPENING) ? "the opening, " : ""}revision ${from.revision}, `, recordedTime(from.recorded_at),
      `, to revision ${to.revision}, `, recordedTime(to.recorded_at),
      `, over the whole timeline${sections.length ? "" : ": nothing has changed"}.${gone ? "" : " What was redacted cannot be read now."}`,
    ),
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

/** @param {import("../state/statement").Statement} statement a row that is not part of the list */
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
  return make("li", { "data-testid": "correction" }, statementLink(id), ...changes.map(change), reasons(id));
}

/** @param {string} id of a statement that was retracted or reinstated */
function withReasons(id) {
  return make("li", {}, statementLink(id), reasons(id));
}

/** @param {import("../state/changes.js").Redaction} redaction */
function redacted(redaction) {
  const link = addressLink({ statement: redaction.id }, `Statement ${redaction.id}`);
  return make("li", { "data-testid": "redaction" }, link, ...redactionWords(redaction));
}

/** @param {{path: string, before: any, after: any}} changed */
function change({ path, before, after }) {
  const names = path.slice(1).replaceAll("/", ".");
  return make("div", { class: "change" }, make("span", { class: "kind", text: fieldWords(names) }), make("p", { dir: "auto" }, ...difference(names, before, after)));
}

/** @param {any} ends */
function relation({ statement, relation: how, target }) {
  return make("li", {}, statementLink(statement), ` ${how.replace("-", " ")} `, statementLink(target));
}

/** @param {{id: string, before: import("../look/standing.js").Standing, after: import("../look/standing.js").Standing}} moved */
function standing({ id, before, after }) {
  return make("li", { "data-standing": after }, statementLink(id), ` was ${STANDING_WORDS[before]}, is `, make("span", { class: "standing", text: STANDING_WORDS[after] }));
}
