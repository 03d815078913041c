// @ts-check
/** Counts of statements: the values that they have, and how many were corrected. Several parts of the page share one request. */

import { ask, below } from "./api.js";
import { record } from "./record.js";

/** @typedef {{value: string, count: number}[]} Facet */
/** @typedef {{speakers: {name: string, statements: number}[], others: number}} Most the one with the most statements first; of any other no more than `others` are known to be, 0 if there is none */

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

/** How many of the most frequent actors are looked at for those who said the most. */
const LOOKED_AT = 7;

/**
 * Those who said the most of the statements that match. The facet of actors counts what others say of somebody, too, so it is
 * no more than the most that somebody may have said.
 * @param {URLSearchParams} question @param {number} few of how many it has to be known @returns {Promise<Most | null>} null where it is not known
 */
export async function mostBy(question, few) {
  if (question.has("by")) return null;
  const { actors } = await facets(question);
  const speakers = await Promise.all(actors.slice(0, LOOKED_AT).map(async ({ value }) => {
    const asked = new URLSearchParams(question);
    for (const [name, wanted] of [["by", value], ["count", "true"], ["limit", "1"]]) asked.set(name, wanted);
    return { name: value, statements: (await counted(`/statements?${asked}`)).total };
  }));
  const spoke = speakers.filter(({ statements }) => statements > 0).sort((a, b) => b.statements - a.statements);
  const others = actors[LOOKED_AT]?.count ?? 0;
  if (others && (spoke[few - 1]?.statements ?? 0) < others) return null;
  return { speakers: spoke, others };
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
