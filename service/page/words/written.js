// @ts-check
/**
 * Reads the moments that people write by habit: days and months by their names, today, yesterday, times of day. What is
 * named is read as its end, as a day is by the service. What may mean two moments is left to the service, which refuses it.
 */

import { MONTHS } from "./dates.js";
import { inZone } from "./instant.js";

const DAY_FIRST = /^(?<day>\d{1,2})(?:st|nd|rd|th)?\.? (?:of )?(?<month>[a-z]{3,})\.?,? (?<year>\d{4})$/;
const MONTH_FIRST = /^(?<month>[a-z]{3,})\.? (?:(?<day>\d{1,2})(?:st|nd|rd|th)?,? )?(?<year>\d{4})$/;
const DIGITS = /^(?<year>\d{4})-(?<month>\d\d)(?:-(?<day>\d\d))?$/;
/** A time of the day before it, or of today; in UTC unless it names another zone. */
const TIMED = /^(?:(?<before>.+?)(?:,? at |, ?| |t))?(?<hour>[01]?\d|2[0-3]):(?<minute>[0-5]\d)(?::(?<second>[0-5]\d))?(?: ?(?<zone>z|utc|gmt|[+-]\d\d:\d\d)| (?<named>[a-z]{2,5}(?:[+-]\d\d?(?::\d\d)?)?))?$/;
/** A time in the form of the service: it is exact, and is not changed. */
const EXACT = /^\d{4}-\d\d-\d\dt\d\d:\d\d:\d\d(\.\d+)?(z|[+-]\d\d:\d\d)$/;
const A_DAY = 86_400_000; // milliseconds

/**
 * @param {string} written what stands in a field @param {number} now milliseconds, by the clock of the service
 * @returns {string | null} the moment as the service takes it; null if it is not written in one of these ways
 */
export function momentIn(written, now) {
  const text = written.trim().replace(/\s+/g, " ").toLowerCase();
  const timed = EXACT.test(text) ? undefined : TIMED.exec(text)?.groups;
  if (!timed) return dayIn(text, now);
  const day = dayIn(timed.before ?? "today", now + aheadOf(timed, now), { whole: true });
  return day && timeIn(day, timed);
}

/** @param {string} written @returns {boolean} whether it has a time of day without a zone, which is read as UTC */
export function isZoneless(written) {
  const timed = TIMED.exec(written.trim().replace(/\s+/g, " ").toLowerCase())?.groups;
  return timed !== undefined && !timed.zone && !timed.named;
}

/**
 * Today is the day in the zone that is named.
 * @param {Record<string, string | undefined>} time @param {number} now @returns {number} milliseconds by which its zone is ahead of UTC
 */
function aheadOf({ zone = "", named }, now) {
  if (named) return -60_000 * new Date(now).getTimezoneOffset(); // the reader's own: no other name is taken
  const [hours, minutes] = /^[+-]/.test(zone) ? zone.slice(1).split(":").map(Number) : [0, 0];
  return (zone[0] === "-" ? -60_000 : 60_000) * (60 * hours + minutes);
}

/**
 * @param {string} text @param {number} now
 * @param {{whole?: boolean}} how `whole`: a month, which ends with its last day, is none
 * @returns {string | null}
 */
function dayIn(text, now, { whole = false } = {}) {
  const ago = ["today", "yesterday"].indexOf(text);
  if (ago >= 0) return new Date(now - ago * A_DAY).toISOString().slice(0, 10);
  const found = (DAY_FIRST.exec(text) ?? MONTH_FIRST.exec(text) ?? DIGITS.exec(text))?.groups;
  const month = found ? monthOf(found.month) : 0;
  if (!found || month < 1 || month > 12 || (whole && !found.day)) return null;
  const day = found.day ?? new Date(Date.UTC(Number(found.year), month, 0)).getUTCDate();
  return [found.year, month, day].map((part) => String(part).padStart(2, "0")).join("-");
}

/** @param {string} text digits, or the first letters of its name @returns {number} from 1; 0 for no month */
const monthOf = (text) => Number(text) || MONTHS.findIndex((name) => name.toLowerCase().startsWith(text === "sept" ? "sep" : text)) + 1;

/** @param {string} day @param {Record<string, string | undefined>} time @returns {string | null} the end of its minute or second, in UTC */
function timeIn(day, { hour = "", minute, second = "59", zone = "z", named }) {
  const offset = /[a-z]/.test(zone) ? "Z" : zone;
  const time = new Date(`${day}T${hour.padStart(2, "0")}:${minute}:${second}${named ? "" : offset}`); // without one, in the reader's zone
  const exists = new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day);
  if (!exists || Number.isNaN(time.getTime())) return day; // the service reports that the day does not exist
  const end = time.toISOString().slice(0, 19);
  // The one zone with a name of its own is that in which the page shows times.
  return named && !inZone(`${end}Z`).toLowerCase().endsWith(` ${named}`) ? null : `${end}.999999Z`;
}
