// @ts-check
/** EDTF dates in words, for readers who do not know EDTF. The words lose nothing of the date. */

import { dayOf, secondsOf } from "./instant.js";

/** @typedef {{earliest: string | null, latest: string | null}} Side */
/** @typedef {{start: Side, end: Side, qualifiers: string[]}} Bounds */

export const MONTHS = [
  ..."January February March April May June July August September".split(" "),
  ..."October November December".split(" "),
];
const PART = /^(-?\d{4})(?:-(\d\d)(?:-(\d\d))?)?([~?%]?)$/;
const TIMED = /^(\d{4}-\d\d-\d\d)T(.+)$/;
/** @type {Record<string, string>} */
const MARKS = { "": "", "~": "about ", "?": "perhaps ", "%": "perhaps about " };

/**
 * `2024-10` is "some time in October 2024". A date without plain words is described by its bounds.
 * @param {string | null} date EDTF
 * @param {Bounds | null} bounds
 */
export function dateWords(date, bounds) {
  if (date === null) return "time not known";
  return plain(date) ?? (bounds ? between(bounds) : date);
}

/** @param {string} date */
function plain(date) {
  const timed = TIMED.exec(date);
  if (timed) return `${part(timed[1])}, ${timed[2]}`;
  const slash = date.indexOf("/");
  if (slash < 0) {
    const said = part(date);
    return said && !/[~?%]$/.test(date) && !PART.exec(date)?.[3] ? `some time in ${said}` : said;
  }
  const [from, to] = [date.slice(0, slash), date.slice(slash + 1)];
  const [first, last] = [part(from), part(to)];
  if (from === ".." && last) return `any time until ${last}`;
  if (from === "" && last) return `until ${last}, start unknown`;
  if (to === ".." && first) return `from ${first} on`;
  if (to === "" && first) return `from ${first}, end unknown`;
  return first && last ? span(first, last) : null;
}

/**
 * "24 to 25 February 2022": a month and year that both dates share are written once.
 * @param {string} first @param {string} last
 */
function span(first, last) {
  if (first === last) return first;
  const [ours, theirs] = [first.split(" "), last.split(" ")];
  let differing = ours.length;
  while (differing > 1 && ours[differing - 1] === theirs[differing - 1]) differing -= 1;
  const marked = /^(about|perhaps) /.test(first) || /^(about|perhaps) /.test(last);
  const kept = marked || ours.length !== theirs.length ? first : ours.slice(0, differing).join(" ");
  return `${kept} to ${last}`;
}

/** @param {string} text @returns {string | null} */
function part(text) {
  const found = PART.exec(text);
  if (!found) return null;
  const [, written, month, day, mark] = found;
  const year = yearWords(Number(written), written);
  if (!month) return MARKS[mark] + year;
  const name = MONTHS[Number(month) - 1];
  if (!name) return null;
  return `${MARKS[mark]}${day ? `${Number(day)} ` : ""}${name} ${year}`;
}

/** @param {string} date a month or a day, in EDTF @returns {string} */
export const calendarWords = (date) => part(date) ?? date;

/**
 * The year before 1 is 1 BCE: EDTF counts as astronomers do.
 * @param {number} year @param {string} [written] as a date has it, with its leading zeros
 */
export function yearWords(year, written = String(year)) {
  return year > 0 ? written : `${1 - year} BCE`;
}

/** @param {Bounds} bounds */
function between({ start, end, qualifiers }) {
  const doubt = qualifiers.includes("uncertain") ? "perhaps " : "";
  const about = qualifiers.includes("approximate") ? "about " : "";
  const from = day(start.earliest);
  const to = day(end.latest);
  if (from && from === to) return `${doubt}${from.startsWith("the year") ? "some time in " : ""}${about}${from}`;
  if (from && to) return `${doubt}some time between ${about}${from} and ${about}${to}`;
  if (from) return `${doubt}from ${about}${from} on`;
  return to ? `${doubt}until ${about}${to}` : "at any time";
}

/** @param {string | null} text */
function day(text) {
  const seconds = secondsOf(text);
  if (seconds === null) return null;
  const written = dayOf(seconds);
  return part(written) ?? written.replace("Y", "the year ");
}

/**
 * The bounds of start and end, in words; none of one day, which the date itself says. An end that is open is none that nobody knows.
 * @param {Bounds} bounds
 */
export function boundsWords({ start, end, qualifiers }) {
  const same = start.earliest === end.earliest && start.latest === end.latest;
  if (same && isOneDay(start.earliest, end.latest)) return "";
  if (same) return `no earlier than ${edge(start.earliest)}, no later than ${edge(end.latest)}`;
  const begins = qualifiers.includes("open-start") ? "begins at any time" : range(start, "begins");
  return `${begins}; ${qualifiers.includes("open-end") ? "goes on" : range(end, "ends")}`;
}

/** @param {Side} side @param {string} verb */
function range({ earliest, latest }, verb) {
  if (earliest === null && latest === null) return `${verb} at an unknown time`;
  if (isOneDay(earliest, latest)) return `${verb} on ${day(earliest)}`;
  return `${verb} between ${edge(earliest)} and ${edge(latest)}`;
}

/** @param {string | null} first @param {string | null} last RFC 3339, or with a year of more digits */
const isOneDay = (first, last) => first !== null && last !== null && first.split("T")[0] === last.split("T")[0];

/** @param {string | null} text */
function edge(text) {
  return day(text) ?? "any time";
}
