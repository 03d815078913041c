// @ts-check
/** A link to another statement. It opens on this page, or in a new tab if the reader holds a key for that. */

import * as address from "../state/address.js";
import { found, requestOther } from "../state/others.js";
import { make, words } from "../look/element.js";
import { speakerWords } from "./speakers.js";

/** @typedef {import("../state/statement").Statement} Statement */

/** @param {Statement} statement @returns {string} its speaker and its text, and whether it was retracted */
function inWords({ said, text, standing }) {
  return `${speakerWords(said)}: ${text}${standing === "retracted" ? " (retracted)" : ""}`;
}

/**
 * The speaker and text of a statement; empty as long as the page has not loaded it.
 * @param {string} id
 */
export function nameOf(id) {
  const known = found(id);
  return known ? inWords(known) : "";
}

/**
 * @param {HTMLElement} link says what `inWords` does, the text in its own direction beside the speaker
 * @param {Statement} statement @param {number} most letters of the text
 */
function entitle(link, { said, text, language, standing }, most) {
  if (most === 0) {
    link.textContent = speakerWords(said);
    return;
  }
  const shown = text.length > most ? `${[...text.slice(0, most)].slice(0, -1).join("").trimEnd()}…` : text;
  link.replaceChildren(make("bdi", { text: speakerWords(said) }), ": ", words(shown, undefined, language), standing === "retracted" ? " (retracted)" : "");
}

/**
 * A link that says who said what. A statement that the page has not loaded is loaded; one that is gone is
 * called by its id.
 * @param {string} id @param {{most?: number}} how `most`: letters of what they say; 0 where all of it stands already
 */
export function statementLink(id, { most = Infinity } = {}) {
  const link = make("a", { href: address.changed({ statement: id }), text: "…" });
  const known = found(id);
  if (known) entitle(link, known, most);
  else {
    requestOther(id).then((statement) => {
      if (statement) entitle(link, statement, most);
      else link.textContent = `statement ${id}, which is not shown`;
    });
  }
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation(); // it may stand in the row of another statement
    address.go({ statement: id });
  });
  return link;
}
