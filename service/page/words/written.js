// @ts-check
/**
 * Reads the days and times that people write by habit: by the names of months, in another order, today,
 * yesterday, a time of day. All fields read alike: a moment is the end of what is named, as the service
 * ends a day, and a window has all of it. What may mean two days is left to the service, which refuses it
 * with both.
 */

import { MONTHS } from "./dates.js";
import { inZone } from "./instant.js";

const DAY_FIRST = /^(?<day>\d{1,2})(?:st|nd|rd|th)?\.? (?:of )?(?<month>[a-z]{3,})\.?,? (?<year>\d{4})$/;
const MONTH_FIRST = /^(?<month>[a-z]{3,})\.? (?:(?<day>\d{1,2})(?:st|nd|rd|th)?,? )?(?<year>\d{4})$/;
const YEAR_FIRST = /^(?<year>\d{4})([-/.])(?<month>\d{1,2})(?:\2(?<day>\d{1,2}))?$/;
/** Day and month in an order that nobody knows, unless one of them can be no month. */
const YEAR_LAST = /^(\d{1,2})([-/.] ?)(\d{1,2})\2(\d{4})$/;
/** A time of the day before it, or of today; in UTC unless it names another zone. */
const TIMED = /^(?:(?<before>.+?)(?:,? at |, ?| |t))?(?<hour>[01]?\d|2[0-3]):(?<minute>[0-5]\d)(?::(?<second>[0-5]\d))?(?: ?(?<zone>z|utc|gmt|[+-]\d\d:\d\d)| (?<named>[a-z]{2,5}(?:[+-]\d\d?(?::\d\d)?)?))?$/;
/** A time in the form of the service: it is exact, and is not changed. */
const EXACT = /^\d{4}-\d\d-\d\dt\d\d:\d\d:\d\d(\.\d+)?(z|[+-]\d\d:\d\d)$/;
const A_DAY = 86_400_000; // milliseconds

/** @typedef {{date: string} | {from: string, to: string}} Reading a month or a day; or the first and the last second of a time, in UTC */

/**
 * @param {string} written what stands in a field @param {number} now milliseconds, by the clock of the service
 * @returns {string | null} the moment as the service takes it; null if it is not written in one of these ways
 */
export function momentIn(written, now) {
  const found = readingOf(written, now);
  if (found === null) return null;
  if ("to" in found) return `${found.to}.999999Z`;
  return found.date.length === "2024-10".length ? lastDayOf(found.date) : found.date;
}

/**
 * @param {string} written what stands in a field @param {number} now milliseconds, by the clock of the service
 * @param {"from" | "to"} end of a window
 * @returns {string | null} EDTF; null if it is not written in one of these ways
 */
export function windowEndIn(written, now, end) {
  const found = readingOf(written, now);
  if (found === null) return null;
  return "date" in found ? found.date : `${found[end]}Z`;
}

/** @param {string} written @param {number} now @returns {Reading | null} */
function readingOf(written, now) {
  const text = plain(written);
  const timed = EXACT.test(text) ? undefined : TIMED.exec(text)?.groups;
  const date = timed ? dateIn(timed.before ?? "today", now + aheadOf(timed, now)) : dateIn(text, now);
  if (date === null || !timed) return date === null ? null : { date };
  return date.length === "2024-10-01".length ? timeIn(date, timed) : null;
}

/** @param {string} written */
const plain = (written) => written.trim().replace(/\s+/g, " ").toLowerCase();

/** @param {string} written @returns {boolean} whether it has a time of day without a zone, which is read as UTC */
export function isZoneless(written) {
  const timed = TIMED.exec(plain(written))?.groups;
  return timed !== undefined && !timed.zone && !timed.named;
}

/** @param {string} written @returns {boolean} whether what it means depends on when it is read */
export const isRelative = (written) => /^(today|yesterday)\b|^\d\d?:\d/.test(plain(written));

/**
 * Today is the day in the zone that is named.
 * @param {Record<string, string | undefined>} time @param {number} now @returns {number} milliseconds by which its zone is ahead of UTC
 */
function aheadOf({ zone = "", named }, now) {
  if (named) return -60_000 * new Date(now).getTimezoneOffset(); // the reader's own: no other name is taken
  const [hours, minutes] = /^[+-]/.test(zone) ? zone.slice(1).split(":").map(Number) : [0, 0];
  return (zone[0] === "-" ? -60_000 : 60_000) * (60 * hours + minutes);
}

/** @param {string} text @param {number} now @returns {string | null} a month or a day; it need not exist */
function dateIn(text, now) {
  const ago = ["today", "yesterday"].indexOf(text);
  if (ago >= 0) return new Date(now - ago * A_DAY).toISOString().slice(0, 10);
  const found = (DAY_FIRST.exec(text) ?? MONTH_FIRST.exec(text) ?? YEAR_FIRST.exec(text))?.groups;
  if (!found) return yearLast(text);
  const month = monthOf(found.month);
  if (month < 1 || month > 12) return null;
  return [found.year, month, ...(found.day ? [found.day] : [])].map(two).join("-");
}

/** @param {string} text @returns {string | null} a day, if only one can be meant */
function yearLast(text) {
  const [, first, , second, year] = YEAR_LAST.exec(text) ?? [];
  if (!year) return null;
  const days = [[second, first], [first, second]].filter(([month]) => Number(month) >= 1 && Number(month) <= 12).map((parts) => [year, ...parts].map(two).join("-"));
  return new Set(days).size === 1 ? days[0] : null;
}

/** @param {string | number} part of a date */
const two = (part) => String(part).padStart(2, "0");

/** @param {string} text digits, or the first letters of its name @returns {number} from 1; 0 for no month */
const monthOf = (text) => Number(text) || MONTHS.findIndex((name) => name.toLowerCase().startsWith(text === "sept" ? "sep" : text)) + 1;

/** @param {string} month */
function lastDayOf(month) {
  const [year, number] = month.split("-").map(Number);
  return `${month}-${new Date(Date.UTC(year, number, 0)).getUTCDate()}`;
}

/** @param {string} day @param {Record<string, string | undefined>} time @returns {Reading | null} */
function timeIn(day, { hour = "", minute, second, zone = "z", named }) {
  const offset = named ? "" : /[a-z]/.test(zone) ? "Z" : zone; // without one, in the reader's zone
  const [from, to] = [second ?? "00", second ?? "59"].map((each) => new Date(`${day}T${two(hour)}:${minute}:${each}${offset}`));
  const exists = new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day);
  if (!exists || Number.isNaN(to.getTime())) return { date: day }; // the service reports that the day does not exist
  // The one zone with a name of its own is that in which the page shows times.
  if (named && !inZone(to.toISOString()).toLowerCase().endsWith(` ${named}`)) return null;
  return { from: from.toISOString().slice(0, 19), to: to.toISOString().slice(0, 19) };
}
