// @ts-check
/** Reads the dates that a window of time has: a year, month, day or season, marked or not, or a time of a day. */

import { DAY, secondsAt } from "./instant.js";

const PLAIN = /^[~?%]?(-?[\dX]{4}|Y-?\d{5,})(?:-(\d\d)(?:-(\d\d|XX))?)?[~?%]?$/;
/** A time of a day: in UTC, unless it names an offset. */
const TIMED = /^(.+)T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:Z|([+-])(\d\d)(?::(\d\d))?)?$/i;
/** The first month of each season, quarter, third and half year, from 21 to 41, as the service has them. */
const SEASONS = [3, 6, 9, 12, 3, 6, 9, 12, 9, 12, 3, 6, 1, 4, 7, 10, 1, 5, 9, 1, 7];

/**
 * The first and last second that a date may mean; null if it is written in another way.
 * @param {string} text EDTF @returns {[number, number] | null}
 */
export function plainBounds(text) {
  const timed = TIMED.exec(text.trim());
  if (timed) return second(timed);
  const found = PLAIN.exec(text.trim());
  if (!found) return null;
  const [, written, month, day] = found;
  const [first, last] = years(written);
  if (!month) return [secondsAt(first, 1, 1), secondsAt(last + 1, 1, 1) - 1];
  if (first !== last) return null;
  const season = SEASONS[Number(month) - 21];
  if (season) return day ? null : [monthAt(first, season), monthAt(first, season + monthsOf(Number(month))) - 1];
  if (Number(month) < 1 || Number(month) > 12) return null;
  const begin = monthAt(first, Number(month));
  const end = monthAt(first, Number(month) + 1) - 1;
  if (!day || day === "XX") return [begin, end];
  const from = begin + (Number(day) - 1) * DAY;
  return from >= begin && from < end ? [from, from + DAY - 1] : null;
}

/** @param {(string | undefined)[]} timed @returns {[number, number] | null} the second of a time, twice */
function second([, date = "", hour, minute, ofMinute = "0", sign, hours = "0", minutes = "0"]) {
  const day = plainBounds(date);
  if (!day || day[1] - day[0] !== DAY - 1) return null;
  const ahead = (sign === "-" ? -60 : 60) * (Number(hours) * 60 + Number(minutes));
  const at = day[0] + Number(hour) * 3600 + Number(minute) * 60 + Number(ofMinute) - ahead;
  return [at, at];
}

/** @param {string} written @returns {[number, number]} the first and last year that its digits may mean */
function years(written) {
  if (written.startsWith("Y")) return [Number(written.slice(1)), Number(written.slice(1))];
  const ends = [Number(written.replaceAll("X", "0")), Number(written.replaceAll("X", "9"))];
  return [Math.min(...ends), Math.max(...ends)];
}

/** @param {number} season 21 to 41 */
const monthsOf = (season) => (season < 37 ? 3 : season < 40 ? 4 : 6);

/** @param {number} year @param {number} month from 1; beyond 12, one of the next year */
function monthAt(year, month) {
  return month > 12 ? secondsAt(year + 1, month - 12, 1) : secondsAt(year, month, 1);
}
