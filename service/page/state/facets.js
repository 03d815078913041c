// @ts-check
/** The facets: the values that statements have, with counts. Several parts show them; one request serves all. */

import { ask, below } from "./api.js";
import { record } from "./record.js";

/** @typedef {{value: string, count: number}[]} Facet */

let of = 0;
/** @type {Map<string, Promise<Record<string, Facet>>>} answers by their question, all of one revision */
const answers = new Map();

/**
 * The facets of the statements that match, at the revision that the page shows.
 * @param {URLSearchParams} question @returns {Promise<Record<string, Facet>>}
 */
export function facets(question) {
  if (of !== record.revision) answers.clear();
  of = record.revision;
  const wanted = String(question);
  const answer = answers.get(wanted) ?? asked(question);
  answers.set(wanted, answer);
  return answer;
}

/** @param {URLSearchParams} question */
async function asked(question) {
  try {
    return (await ask(below("/facets"), question)).body;
  } catch (error) {
    answers.delete(String(question));
    throw error;
  }
}
