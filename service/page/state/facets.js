// @ts-check
/** Counts of statements: the values that they have, and how many were corrected. Several parts of the page share one request. */

import { ask, below } from "./api.js";
import { record } from "./record.js";

/** @typedef {{value: string, count: number}[]} Facet */

let of = 0;
/** @type {Map<string, Promise<any>>} answers by what was asked, all of one revision */
const answers = new Map();

/**
 * The facets of the statements that match, at the revision that the page shows.
 * @param {URLSearchParams} question @returns {Promise<Record<string, Facet>>}
 */
export function facets(question) {
  return counted(`/facets?${question}`);
}

/**
 * How many of the statements that match were corrected.
 * @param {URLSearchParams} question @returns {Promise<number>}
 */
export async function correctedCount(question) {
  if (question.get("corrected") === "false") return 0;
  const asked = new URLSearchParams(question);
  for (const [name, value] of [["corrected", "true"], ["count", "true"], ["limit", "1"]]) asked.set(name, value);
  return (await counted(`/statements?${asked}`)).total;
}

/** @param {string} path with its query @returns {Promise<any>} */
function counted(path) {
  if (of !== record.revision) answers.clear();
  of = record.revision;
  const answer = answers.get(path) ?? asked(path);
  answers.set(path, answer);
  return answer;
}

/** @param {string} path */
async function asked(path) {
  try {
    return (await ask(below(path))).body;
  } catch (error) {
    answers.delete(path);
    throw error;
  }
}
