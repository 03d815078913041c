// @ts-check
/** Notes that a reader of a row needs: who disputes the statement, what was corrected, why it was retracted. */

import { make, words } from "../look/element.js";
import { evidence } from "../parts/evidence.js";
import { fieldChange } from "../parts/field_change.js";
import { actor } from "../parts/actor.js";
import { statementLink } from "../parts/statement_link.js";
import * as address from "../state/address.js";
import { Problem } from "../state/api.js";
import { changesOf } from "../state/changes.js";
import { dayWords } from "../words/instant.js";

/** @typedef {import("../state/statement").Statement} Statement */
/** @typedef {import("../state/changes.js").Change} Change */

/** The most disputing or supporting statements that a row names; the detail has all. */
const NAMED = 3;
/** The most letters of their texts. */
const SAID = 240;
/** @type {Record<string, string>} */
const VERBS = { "statement.corrected": "Corrected", "statement.retracted": "Retracted", "statement.reinstated": "Reinstated" };
const RELATIONS = /** @type {[string, "in" | "out", string][]} */ ([
  ["disputes", "in", "Disputed by "], ["disputes", "out", "Disputes "], ["supersedes", "in", "Superseded by "],
]);

/** @type {WeakMap<Element, () => Promise<void>>} notes that are still to be loaded, with what loads them */
const waiting = new WeakMap();
const seen = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      waiting.get(target)?.();
    }
  },
  { rootMargin: "400px" },
);

/** @param {Statement} statement @returns {HTMLElement | null} null if there is nothing to know */
export function notes(statement) {
  const related = RELATIONS.flatMap(([how, direction, verb]) => relatives(statement, how, direction, verb));
  const changed = statement.corrected_at !== null || statement.standing === "retracted";
  if (related.length === 0 && !changed) return null;
  const box = make("div", { class: "row-notes" }, ...related);
  if (changed) later(box, statement);
  return box;
}

/** @param {Statement} statement @param {string} how @param {"in" | "out"} direction @param {string} verb */
function relatives({ relations }, how, direction, verb) {
  const found = relations.filter((each) => each.relation === how && each.direction === direction);
  if (found.length === 0) return [];
  const more = found.length > NAMED ? `, and ${found.length - NAMED} more` : null;
  const links = found.slice(0, NAMED).flatMap(({ statement }, at) => [at ? "; " : "", statementLink(statement, { most: SAID })]);
  return [make("p", { class: `row-note ${how}` }, make("b", { text: verb }), ...links, more)];
}

/**
 * Loads, when the row comes into sight, what happened to its statement.
 * @param {HTMLElement} box @param {Statement} statement
 */
function later(box, statement) {
  const retracted = statement.standing === "retracted";
  const why = statement.retraction ? `: “${statement.retraction.reason}”` : "";
  const known = make("p", { class: "row-note", dir: "auto", text: retracted ? `Retracted${why}` : `Corrected ${dayWords(statement.corrected_at ?? "")}` });
  box.append(known);
  waiting.set(box, async () => {
    try {
      known.replaceWith(...changeNotes(await changesOf(statement.id, address.moment())));
    } catch (error) {
      if (!(error instanceof Problem)) throw error; // the note that it was changed stays; the detail says why
    }
  });
  seen.observe(box);
}

/**
 * Why a statement was corrected, retracted or reinstated; loaded when it comes into sight.
 * @param {string} id
 */
export function reasons(id) {
  const box = make("div", { class: "row-notes" });
  waiting.set(box, async () => {
    try {
      const changes = await changesOf(id, address.moment());
      box.replaceChildren(...changeNotes(changes.map(({ event }) => ({ event, fields: [] }))));
    } catch (error) {
      if (!(error instanceof Problem)) throw error; // what was changed is there; the detail says why
    }
  });
  seen.observe(box);
  return box;
}

/**
 * What was corrected, retracted and reinstated, the latest first: when, by whom, what and why.
 * @param {Change[]} changes @returns {HTMLElement[]}
 */
export function changeNotes(changes) {
  return changes.filter(({ event }) => event.type in VERBS).reverse().map(({ event, fields }) => {
    const { reason, by, on, source } = event.data ?? {};
    return make(
      "p",
      { class: `row-note changed`, "data-testid": "change" },
      make("b", { text: `${VERBS[event.type]} ${dayWords(event.recorded_at)}` }),
      by && make("span", {}, " by ", actor(by)),
      reason && make("span", {}, ": ", words(`“${reason}”`)),
      (on || source) && make("span", {}, ",", ...evidence(on, source)),
      ...fields.flatMap((field) => [" · ", fieldChange(field)]),
    );
  });
}
