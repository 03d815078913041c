// @ts-check
/** What a statement's events say it is, and whether that is what is shown of it. */

/** @typedef {import("./statement").Statement} Statement */

/**
 * What stands where an event says nothing of a field.
 * @type {Record<string, any>}
 */
const FIELDS = {
  kind: null, text: null, language: "en", said: null, occurred: null, about: [], places: [],
  quantities: [], sources: [], tags: [],
};

/**
 * The first field that is shown otherwise than it was recorded and corrected; null where none is,
 * undefined where no event recorded it.
 * @param {Statement} statement @param {{type: string, data: any}[]} events about it, in their order
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
  const found = Object.keys(FIELDS).find((name) => !fits(shown[name], recorded[name] ?? FIELDS[name]));
  return found ?? null;
}

/**
 * JSON merge patch, RFC 7396.
 * @param {any} target @param {any} patch @returns {any}
 */
function merged(target, patch) {
  if (!isObject(patch)) return patch;
  const result = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merged(result[name], value);
  }
  return result;
}

/**
 * Whether both say the same; a member that is left out says nothing, as null and an empty list do.
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

/** @param {any} value */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {any} value */
function isEmpty(value) {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}
