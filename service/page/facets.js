// @ts-check
/** What statements have, and how many: asked once, for whoever shows it. */

import { ask, below } from "./api.js";
import { record } from "./record.js";

/** @typedef {{value: string, count: number}[]} Facet */

let of = "";
/** @type {Promise<Record<string, Facet>>} */
let answer;

/**
 * The facets of what the question is about, as the record is now.
 * @param {URLSearchParams} question @returns {Promise<Record<string, Facet>>}
 */
export function facets(question) {
  const wanted = `${record.revision} ${question}`;
  if (of !== wanted) [of, answer] = [wanted, asked(question)];
  return answer;
}

/** @param {URLSearchParams} question */
async function asked(question) {
  try {
    return (await ask(below("/facets"), question)).body;
  } catch (error) {
    of = "";
    throw error;
  }
}
