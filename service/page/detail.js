// @ts-check
/** Everything about one statement. */

import * as address from "./address.js";
import { ask, below, Problem } from "./api.js";
import { boundsWords, dateWords } from "./date_words.js";
import { byId, make, outward, words } from "./element.js";
import { history } from "./history.js";
import { inZone, original } from "./instant.js";
import { record } from "./record.js";
import { SIGNS } from "./standing.js";
import { quantity } from "./statement_row.js";
import { verification } from "./verification.js";

/** @typedef {import("./statement").Statement} Statement */

const box = byId("detail");
const nothing = box.firstElementChild;
let counting = 0;
/** What is shown: the statement and the state of it. */
let shown = "";

/**
 * Shows the statement that the address names, or none.
 * @param {{focus?: boolean}} how `focus`: its heading is to be read next
 */
export async function show({ focus = false } = {}) {
  const id = address.one("statement");
  const mine = ++counting;
  if (!id) {
    shown = "";
    box.replaceChildren(nothing);
    return;
  }
  const query = address.moment();
  try {
    const { body } = await ask(below(`/statements/${encodeURIComponent(id)}`), query);
    if (mine !== counting) return;
    const state = [id, body.changed, query.as_of, ...body.relations.map(nameOf)].join("\n");
    if (state !== shown) box.replaceChildren(...parts(body, query));
    shown = state;
  } catch (error) {
    if (mine !== counting) return;
    if (!(error instanceof Problem)) throw error;
    shown = "";
    box.replaceChildren(top(id), make("p", { class: "empty", text: error.message }));
  }
  const first = box.querySelector("h2") ?? box.querySelector("button");
  if (focus) first?.focus({ preventScroll: true });
}

/** @param {Statement} statement @param {Record<string, string>} query */
function parts(statement, query) {
  const { relations, sources } = statement;
  return [
    top(statement.id),
    make("h2", { tabindex: "-1", dir: "auto", lang: statement.language, text: statement.text }),
    facts(statement),
    ...section("Relations", relations.map(relation)),
    ...section(sources.length ? "Evidence" : "Evidence: none was given", sources.map(source)),
    make("h3", { text: "History" }),
    history(statement.id, query),
    make("h3", { text: "Proof" }),
    verification(statement),
  ];
}

/** @param {string} id */
function top(id) {
  const permalink = make("a", { href: address.changed({ statement: id }), text: "Permalink" });
  const pinned = make("a", {
    href: address.changed({ statement: id, as_of: address.one("as_of") || String(record.revision) }),
    title: "A link to exactly what is shown now, whatever is recorded later",
    text: "as of now",
  });
  const close = make("button", {
    type: "button",
    text: "Close",
    on: { click: () => address.go({ statement: null }) },
  });
  return make("div", { class: "detail-top" }, make("span", {}, permalink, " · ", pinned), close);
}

/** @param {Statement} statement */
function facts(statement) {
  const { said, occurred, bounds, standing, because, kind } = statement;
  const list = make("dl", { class: "facts" });
  /** @param {string} name @param {...(Node | string | null | false)} values */
  const add = (name, ...values) => {
    list.append(make("dt", { text: name }), make("dd", {}, ...values));
  };
  const causes = because.length ? ` (revision ${because.join(", ")})` : "";
  const counts = `${statement.supports} supports, ${statement.disputes} disputes`;
  add("Standing", make("span", { "data-standing": standing }, make("span", { class: "standing", text: `${SIGNS[standing]} ${standing}` })), causes, make("small", { text: counts }));
  add("Said by", words(said.by), ` · ${kind}`);
  add("Said", ...date(said.on, bounds.said));
  if (said.via.length) add("Through", ...chain(said.via));
  add("About when", ...date(occurred, bounds.occurred));
  if (statement.about.length) add("About", words(statement.about.join(", ")));
  if (statement.places.length) add("Where", words(statement.places.map((place) => place.name).join(", ")));
  if (statement.quantities.length) add("How many", ...statement.quantities.map((item) => make("div", {}, quantity(item))));
  if (statement.tags.length) add("Tags", statement.tags.join(", "));
  if (statement.credibility !== null) add("Credibility", `${statement.credibility} of 6 (Admiralty scale, 1 is best)`);
  add("Recorded", ...recorded(statement.recorded_at));
  if (statement.corrected_at) add("Corrected", ...recorded(statement.corrected_at));
  add("Id", make("code", { text: statement.id }));
  return list;
}

/** @param {string | null} text EDTF @param {import("./statement").Bounds | null} bounds */
function date(text, bounds) {
  if (text === null) return ["time not known"];
  const exact = make("span", { class: "edtf", text });
  return [`${dateWords(text, bounds)} `, exact, bounds && make("small", { text: boundsWords(bounds) })];
}

/** @param {string} time */
function recorded(time) {
  return [make("time", { datetime: time, text: inZone(time) }), " ", make("span", { class: "original", text: original(time) })];
}

/** @param {import("./statement").Via[]} via nearest the speaker first */
function chain(via) {
  return via.map(({ actor, role, on }) =>
    make("div", {}, words(actor), ` (${role}${on ? `, ${dateWords(on, null)}` : ""})`),
  );
}

/** @param {string} title @param {Node[]} items */
function section(title, items) {
  return [make("h3", { text: title }), items.length ? make("ul", {}, ...items) : ""];
}

/** @type {Record<string, string>} */
const PASSIVE = {
  supports: "supported by",
  disputes: "disputed by",
  repeats: "repeated by",
  "responds-to": "answered by",
  supersedes: "superseded by",
};

/**
 * What the other statement says, as long as it is shown.
 * @param {{statement: string}} related
 */
function nameOf({ statement }) {
  const other = record.find(statement);
  return other ? `${other.said.by}: ${other.text}` : statement;
}

/** @param {import("./statement").Relation} related */
function relation({ relation: how, direction, statement: id, note, revision }) {
  const verb = direction === "out" ? how.replace("-", " ") : (PASSIVE[how] ?? how);
  const goes = make("a", {
    href: address.changed({ statement: id }),
    dir: "auto",
    text: nameOf({ statement: id }),
  });
  goes.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    address.go({ statement: id });
  });
  const extra = [note, `revision ${revision}`].filter(Boolean).join(" · ");
  return make("li", { class: "relation" }, make("span", { class: how, text: verb }), make("span", {}, goes, make("small", { class: "kind", dir: "auto", text: ` ${extra}` })));
}

/** @param {import("./statement").Source} source */
function source({ title, publisher, url, archive_url, quote, locator, published, sha256, retrieved_at }) {
  const about = [publisher, published && dateWords(published, null), locator].filter(Boolean).join(" · ");
  const links = [outward(url, "Original"), outward(archive_url, "Archived copy")];
  return make(
    "li",
    { class: "source" },
    make("p", {}, make("b", { dir: "auto", text: title })),
    about && make("p", { class: "kind", dir: "auto", text: about }),
    quote && make("blockquote", { dir: "auto", text: `“${quote}”` }),
    links.some(Boolean) && make("p", {}, links[0], links[0] && links[1] ? " · " : null, links[1]),
    retrieved_at && make("p", { class: "kind", text: `retrieved ${retrieved_at}` }),
    sha256 && make("p", { class: "original", text: `SHA-256 ${sha256}` }),
  );
}
