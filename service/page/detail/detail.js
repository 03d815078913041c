// @ts-check
/** The detail: everything about one statement. */

import { canvas, frame } from "../chart/view.js";
import * as comparison from "../list/comparison.js";
import * as list from "../list/list.js";
import { changeNotes } from "../list/notes.js";
import { addressLink } from "../look/address_link.js";
import { byId, make } from "../look/element.js";
import { bringIntoSight, focusOn } from "../look/in_sight.js";
import { narrow } from "../look/narrow.js";
import { withTime } from "../look/recorded_time.js";
import { highlighted } from "../parts/highlighted.js";
import { redactionWords } from "../parts/redaction.js";
import { nameOf } from "../parts/statement_link.js";
import { verification } from "../proof/verification.js";
import * as address from "../state/address.js";
import { ask, below, Problem } from "../state/api.js";
import { changesOf, redactions } from "../state/changes.js";
import { loadNames } from "../state/names.js";
import { laterRecording } from "../state/moments.js";
import { record } from "../state/record.js";
import { asKnown, laterWords } from "../words/instant.js";
import { soughtIn } from "../words/matches.js";
import { facts } from "./facts.js";
import { history } from "./history.js";
import { leftOut } from "./left_out.js";
import { others } from "./relations.js";
import { source } from "./sources.js";

/** @typedef {import("../state/statement").Statement} Statement */

const box = byId("detail");
const nothing = box.firstElementChild;
/** Whether the page scrolls as a whole, and the detail stays beside its row; the styles use the same sizes. */
const low = matchMedia("(min-width: 64rem) and (max-height: 40rem)");
/** Texts up to this many characters are set large. */
const LARGE = 300;
let counting = 0;
/** The statement that does not cover a small screen: the reader goes through the marks of the chart. */
let aside = "";
/** What is shown, as a text: the statement's id, its last change, the moment, what is sought, and the names of what it is related to. */
let shown = "";
/** Whether the focus was in the chart last, and not in the list. */
let fromChart = false;
/** Shows whether the filters leave the statement out of the list. */
let tell = async () => {};
/** The proof of what is shown. It stays when only names change, because its check may be running. */
let proof = { of: "", part: /** @type {HTMLElement | null} */ (null) };

export function start() {
  addEventListener("keydown", (event) => {
    const elsewhere = document.querySelector("dialog[open]") || /** @type {Element} */ (event.target).closest?.("input, select, textarea");
    if (event.key === "Escape" && address.one("statement") && !elsewhere) close();
  });
  addEventListener("focusin", ({ target }) => {
    fromChart = target === canvas || (fromChart && !byId("list").contains(/** @type {Node} */ (target)));
  });
}

/**
 * Shows the statement that the address names; without one, how to choose one.
 * @param {{focus?: boolean}} how `focus`: moves the focus to its heading
 */
export async function show({ focus = false } = {}) {
  const id = address.one("statement");
  const mine = ++counting;
  if (id !== aside) aside = "";
  if (!id) {
    const { of } = box.dataset;
    begin();
    shown = "";
    if (fill(nothing) && of) goBack(of);
    return;
  }
  const query = address.moment();
  const comes = !isAnswered();
  let lost = false;
  try {
    const { body } = await ask(below(`/statements/${encodeURIComponent(id)}`), query);
    await loadNames();
    if (mine !== counting) return;
    if (comes) begin();
    const state = [id, body.changed, query.as_of, ...address.all("q"), ...body.relations.map(relatedName)].join("\n");
    if (state !== shown) lost = fill(...parts(body, query).filter((part) => part !== null));
    shown = state;
    cover();
    box.dataset.of = id;
    tellLeftOut();
  } catch (error) {
    if (mine !== counting) return;
    if (!(error instanceof Problem) || error.passing) {
      if (box.contains(nothing)) fill(nothing);
      throw error;
    }
    const why = await without(id, error);
    if (mine !== counting) return;
    if (comes) begin();
    shown = "";
    lost = fill(top(), make("p", { class: "absent" }, ...why));
    box.dataset.of = id;
  }
  const first = box.querySelector("h2") ?? box.querySelector("button");
  if (comes) reach(first);
  if (lost || (focus && !isAside())) first?.focus({ preventScroll: true });
}

/** What is shown next is seen from its beginning, however far the reader had scrolled. */
function begin() {
  if (!box.dataset.of) return;
  document.documentElement.classList.remove("momentless"); // what is not displayed keeps how far it was scrolled
  box.scrollTop = 0; // before its parts change: after it, the browser would lay them out at once
  delete box.dataset.of;
}

/**
 * Scrolls a low page to what has come, if no row has done so. Only there its place is looked for, which lays out the page.
 * @param {HTMLElement | null} first of its parts
 */
function reach(first) {
  if (low.matches && first && first.getBoundingClientRect().bottom > innerHeight) bringIntoSight(box);
}

/**
 * @param {...any} parts what is shown; on a small screen it covers the page, unless it is how to choose one
 * @returns {boolean} whether the focus was in what they replace
 */
function fill(...parts) {
  const held = document.activeElement !== box && box.contains(document.activeElement);
  box.replaceChildren(...parts);
  cover();
  return held;
}

const cover = () => document.documentElement.classList.toggle("opened", !box.contains(nothing) && !isAside());

/** @param {string} id of the statement that is chosen next, and leaves the chart in sight; empty for none */
export function keepAside(id) {
  aside = id;
}

/** Whether the statement in the address is chosen, but does not cover this small screen. */
export const isAside = () => narrow.matches && aside !== "" && aside === address.one("statement");

/** Whether the statement in the address is shown, or the reason why it is not. */
export const isAnswered = () => box.dataset.of === address.one("statement");

/** Shows whether the filters leave the statement out of the list. */
export const tellLeftOut = () => tell();

/** Closes the detail, and goes back to where the statement was chosen. */
function close() {
  const id = address.one("statement");
  address.go({ statement: null });
  goBack(id);
}

/** @param {string} id of the statement that was open: the focus goes to where it was chosen */
function goBack(id) {
  if (fromChart) focusOn(canvas, frame);
  if (document.activeElement === canvas) return;
  (comparison.isShown() ? comparison : list).focus(id, { near: narrow.matches }); // it covered the list, which may have had another height
}

/**
 * Shows why there is no statement.
 * @param {string} id @param {Problem} error the service's answer
 */
async function without(id, error) {
  if (error.slug === "statement-redacted") return whyRedacted(id, error.revision);
  const later = address.one("as_of") ? await laterRecording(id) : null;
  if (!later) return error.slug === "statement-not-found" ? [error.message, " ", ...waysOn(id)] : [error.message];
  return ["This statement was not on record yet. ", addressLink({ as_of: later.moment }, `It was recorded on ${laterWords(later.time, address.one("as_of"))}`), "."];
}

/** @param {string} id that no statement has @returns {(Node | string)[]} what leads to statements */
function waysOn(id) {
  const then = () => list.focus("", { near: false }); // the link itself is gone
  const all = { ...address.UNFILTERED, statement: null, compare: null };
  return [addressLink({ ...all, q: id }, `Search for “${id}”`, then), ", or ", addressLink(all, "show all statements", then), "."];
}

/** @param {string} id @param {number} revision of the redaction */
async function whyRedacted(id, revision) {
  const gone = "What it said is gone, for every moment.";
  const found = await redactions(revision).catch((error) => {
    if (!(error instanceof Problem)) throw error;
    return []; // the log may be away
  });
  const known = found.find((each) => each.id === id);
  if (!known) return [`This statement was redacted at revision ${revision}. ${gone}`];
  return ["This statement", ...redactionWords(known), ` ${gone}`];
}

/** @param {{statement: string}} related */
const relatedName = ({ statement }) => nameOf(statement);

/** @param {Statement} statement @param {Record<string, string>} query */
function parts(statement, query) {
  const { relations, sources } = statement;
  const below = others(relations);
  const terms = soughtIn(address.all("q"));
  const changes = make("div", { class: "row-notes" });
  const apart = leftOut(statement, () => box.querySelector("h2")?.focus({ preventScroll: true }));
  tell = apart.tell;
  // The reason of a retraction is shown beside the standing.
  const told = statement.retraction?.revision;
  const loaded = (/** @type {import("../state/changes.js").Change[]} */ found) => changes.replaceChildren(...changeNotes(found.filter(({ event }) => event.revision !== told)));
  return [
    top(statement.id),
    record.asOf && make("p", { class: "as-known" }, ...withTime(asKnown(record.asOf), record.asOf.recorded_at)),
    make("h2", { class: statement.text.length > LARGE && "long", tabindex: "-1", dir: "auto", lang: statement.language }, ...highlighted(statement.text, terms)),
    apart.box,
    changes,
    facts(statement, terms),
    ...(below.length ? section(below.length < relations.length ? "Other relations" : "Relations", below) : []),
    ...section("Evidence", sources.map((each) => source(each, terms))),
    make("h3", { text: "History" }),
    history(statement.id, () => changesOf(statement.id, query), loaded),
    make("h3", { text: "Proof" }),
    proofOf(statement, query),
  ];
}

/** @param {Statement} statement @param {Record<string, string>} query */
function proofOf(statement, query) {
  const of = [statement.id, statement.changed, query.as_of].join("\n");
  if (proof.of !== of || proof.part === null) proof = { of, part: verification(statement) };
  return /** @type {HTMLElement} */ (proof.part);
}

/** @param {string} [id] of the statement that is shown; without one there is nothing to link to */
function top(id) {
  const closing = make("button", { type: "button", text: "Close", on: { click: close } });
  if (!id) return make("div", { class: "detail-top" }, make("span"), closing);
  const permalink = make("a", { href: address.changed({ statement: id }), text: "Permalink" });
  const pinned = make("a", {
    href: address.changed({ statement: id, as_of: address.one("as_of") || String(record.revision) }),
    title: "A link to exactly what is shown now, whatever is recorded later",
    text: "as of now",
  });
  return make("div", { class: "detail-top" }, make("span", {}, permalink, " · ", pinned), closing);
}

/** @param {string} title @param {HTMLElement[]} items */
function section(title, items) {
  return [make("h3", { text: title }), items.length ? make("ul", {}, ...items) : make("p", { class: "kind", text: "None is given." })];
}
