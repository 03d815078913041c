// @ts-check
/** What is proposed, in words: each command with what it would change of what is on record now. */

import { make, words } from "../look/element.js";
import { aloneWords, fieldChange, fieldWords, valueWords } from "../parts/field_change.js";
import { nameOf } from "../parts/statement_link.js";
import { ask, below, Problem } from "../state/api.js";
import { actorName, sourceTitle } from "../state/names.js";
import { requestOther } from "../state/others.js";

/** @type {Record<string, string>} */
const DEEDS = {
  statement: "Record a statement", put: "Record or correct a statement", correction: "Correct a statement",
  retraction: "Retract a statement", reinstatement: "Reinstate a statement", relation: "Relate two statements",
  unrelation: "End a relation", grade: "Grade", actor: "Register or describe an actor", alias: "Add a spelling",
  unalias: "Take a spelling away",
};
/** The longest text in a title, in characters. */
const LONG = 90;
/** Members that name what a command is about; the statement itself is shown in their place. */
const THING = new Set(["id", "statement", "changes"]);
/** Members that a statement may leave out. */
const OPTIONAL = ["occurred", "about", "places", "quantities", "sources", "rating", "tags", "origin", "extra"];

/**
 * @param {Record<string, any>} command as `POST …/commands` takes it
 * @param {{detail?: string, title?: string} | undefined} outcome a problem has a title
 * @returns {Promise<HTMLElement>}
 */
export async function commandItem(command, outcome) {
  const [kind, told] = deed(command);
  const refused = outcome?.title ? make("p", { class: "fault", text: outcome.detail ?? outcome.title }) : null;
  const title = make("h3", { text: DEEDS[kind] ?? kind });
  if (kind === "statement" || kind === "put") {
    const before = kind === "put" ? await present(told.id) : null;
    return make("li", {}, title, ...(before ? differences(whole(told), before) : recorded(told)), refused);
  }
  const before = await present(told.id ?? told.statement);
  const changes = kind === "correction" ? differences(told.changes, before ?? {}) : [];
  return make("li", {}, title, before && quoted(before), ...changes, members(told), refused);
}

/**
 * What a command does and to what, in a line.
 * @param {Record<string, any>} command as `POST …/commands` takes it
 */
export function commandTitle(command) {
  const [kind, told] = deed(command);
  const id = told.id ?? told.statement;
  const known = told.text ?? told.changes?.text ?? told.name ?? told.alias ?? (told.source ? sourceTitle(told.source) : "");
  const about = words(shortened(known || (id ? nameOf(id) : "")));
  if (!about.textContent && id) {
    about.textContent = "…";
    requestOther(id).then((statement) => (about.textContent = statement ? shortened(nameOf(id)) : id));
  }
  return make("span", { dir: "auto" }, DEEDS[kind] ?? kind, about.textContent && ": ", about);
}

/** @param {string} text */
const shortened = (text) => (text.length > LONG ? `${text.slice(0, LONG).trimEnd()}…` : text);

/** @param {Record<string, any>} command @returns {[string, any]} its kind, and what it tells */
function deed(command) {
  return Object.entries(command).filter(([name]) => name !== "reason")[0];
}

/** @param {string | undefined} id @returns {Promise<any>} the statement as it is now; null if there is none */
async function present(id) {
  if (!id) return null;
  try {
    return (await ask(below(`/statements/${encodeURIComponent(id)}`))).body;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return null;
  }
}

/** @param {any} statement */
function quoted({ id, text, language }) {
  return make("blockquote", { title: id }, words(text, undefined, language));
}

/** @param {any} statement one that is not on record yet */
function recorded({ text, language, said, ...others }) {
  const { by, ...further } = said ?? {};
  const rest = Object.fromEntries(Object.entries(further).map(([name, value]) => [`said.${name}`, value]));
  const speaker = `Said by ${by ? actorName(by) : "nobody named"}`;
  return [make("blockquote", {}, words(text, undefined, language)), make("p", { dir: "auto", text: speaker }), members({ ...rest, ...others })];
}

/** @param {any} told @returns {any} the same with no value for each member that it leaves out: a put is the whole statement */
function whole(told) {
  const none = Object.fromEntries(OPTIONAL.map((name) => [name, null]));
  return { language: "en", ...none, ...told, said: { with: null, via: null, ...told.said } };
}

/** @param {any} told @param {any} before @returns {HTMLElement[]} a field each that would change */
function differences(told, before) {
  const fields = Object.entries(told).flatMap(([name, value]) =>
    name === "said" && value ? Object.entries(value).map(([part, of]) => [`said.${part}`, of, before.said?.[part]]) : [[name, value, before[name]]],
  );
  return fields
    .filter(([path, after, held]) => path !== "id" && valueWords(path, after ?? null) !== valueWords(path, held ?? null))
    .map(([path, after, held]) => make("p", {}, fieldChange({ path, before: held ?? null, after: after ?? null })));
}

/** @param {Record<string, any>} told */
function members(told) {
  const shown = Object.entries(told).filter(([name, value]) => !THING.has(name) && valueWords(name, value ?? null) !== "");
  return make("dl", {}, ...shown.flatMap(([name, value]) => [
    make("dt", { text: fieldWords(name) }), make("dd", { dir: "auto", text: aloneWords(name, value) }),
  ]));
}
