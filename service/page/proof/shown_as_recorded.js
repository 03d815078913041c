// @ts-check
/** Compares the statement that is shown with what its events say. */

import { isObject, merged } from "../state/patch.js";

/** @typedef {import("../state/statement").Statement} Statement */

/**
 * The fields that are compared, with the value of a field that an event leaves out.
 * @type {Record<string, any>}
 */
const FIELDS = {
  kind: null, text: null, language: "en", said: null, occurred: null, about: [], places: [],
  quantities: [], sources: [], rating: null, tags: [], origin: null, extra: {},
};

/**
 * The first field that differs from what was recorded and corrected; null if all are the same, undefined
 * if no event recorded the statement.
 * @param {Statement} statement @param {{type: string, data: any}[]} events about it, in order
 * @returns {string | null | undefined}
 */
export function odd(statement, events) {
  /** @type {any} */
  let recorded;
  for (const { type, data } of events) {
    if (type === "statement.recorded") recorded = data;
    else if (type === "statement.corrected") recorded = merged(recorded, data.changes);
  }
  if (recorded === undefined) return undefined;
  const shown = /** @type {Record<string, any>} */ (/** @type {unknown} */ (statement));
  recorded = inVersion2(recorded);
  const found = Object.keys(FIELDS).find((name) => !fits(shown[name], recorded[name] ?? FIELDS[name]));
  return found ?? null;
}

/**
 * Version 1 wrote whom a statement is about as text, in corrections too.
 * @param {any} recorded
 */
function inVersion2(recorded) {
  const about = recorded.about?.map((/** @type {any} */ each) => (typeof each === "string" ? { actor: each } : each));
  return { ...recorded, about };
}

/**
 * Whether both values mean the same; a missing member, null and what holds nothing mean the same.
 * @param {any} shown @param {any} recorded @returns {boolean}
 */
function fits(shown, recorded) {
  if (isEmpty(shown) && isEmpty(recorded)) return true;
  if (Array.isArray(shown) && Array.isArray(recorded)) {
    return shown.length === recorded.length && shown.every((item, index) => fits(item, recorded[index]));
  }
  if (isObject(shown) && isObject(recorded)) {
    const names = new Set([...Object.keys(shown), ...Object.keys(recorded)]);
    return [...names].every((name) => fits(shown[name], recorded[name]));
  }
  return shown === recorded;
}

/** @param {any} value @returns {boolean} */
function isEmpty(value) {
  if (Array.isArray(value)) return value.length === 0;
  return value === null || value === undefined || (isObject(value) && Object.values(value).every(isEmpty));
}
