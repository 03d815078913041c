// @ts-check
/** The ticks of the axis and their labels: minutes, hours, days, months or years, and above them the unit that they are part of. */

import { MONTHS, yearWords } from "../words/dates.js";
import { civil, DAY, secondsAt } from "../words/instant.js";

/** @typedef {{at: number, text: string}} Tick `at`: seconds */
/** @typedef {"time" | "day" | "month" | "year"} Unit */

/** How far apart ticks may be, the closest first: the unit, how many of it, its seconds, the pixels that a label takes. */
const STEPS = /** @type {[Unit, number, number, number][]} */ ([
  ...[1, 5, 15, 30, 60, 180, 360, 720].map((many) => ["time", many, 60, 46]),
  ...[1, 2, 5, 10].map((many) => ["day", many, DAY, 26]),
  ...[1, 3, 6].map((many) => ["month", many, 30.4 * DAY, 36]),
]);
const YEAR = 365.2425 * DAY;
const YEAR_ROOM = 74;
const COUNT_ROOM = 46;

/**
 * @param {[number, number]} window seconds @param {number} pixels its width
 * @returns {{fine: Tick[], coarse: Tick[]}} `coarse`: the days, months or years that the fine ticks are parts of, with
 *   the one that the window begins in; empty if the fine ones are years
 */
export function ticks([from, to], pixels) {
  const second = (to - from) / Math.max(1, pixels);
  const step = STEPS.find(([, many, length, room]) => (many * length) / second >= room);
  if (!step) return { fine: years(from, to, roundNumber((second * YEAR_ROOM) / YEAR)), coarse: [] };
  const [unit, many] = step;
  if (unit === "time") return { fine: times(from, to, many), coarse: each("day", from, to, 1, dayWords) };
  if (unit === "day") return { fine: days(from, to, many), coarse: each("month", from, to, 1, monthWords) };
  return { fine: each("month", from, to, many, shortMonth), coarse: each("year", from, to, 1, (y) => yearWords(y)) };
}

/**
 * Ticks of a strip of revisions: the first, and round numbers.
 * @param {[number, number]} window revisions @param {number} pixels its width
 * @returns {{fine: Tick[], coarse: Tick[]}}
 */
export function revisions([from, to], pixels) {
  const step = roundNumber(((to - from) * COUNT_ROOM) / Math.max(1, pixels));
  const found = [{ at: from, text: `revision ${from}` }];
  for (let at = Math.floor(from / step) * step + step; at <= to; at += step) found.push({ at, text: at.toLocaleString("en") });
  return { fine: found, coarse: [] };
}

/** @param {number} least @returns {number} 1, 2 or 5 times a power of ten, no less than that */
function roundNumber(least) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return [1, 2, 5, 10].map((digit) => digit * power).find((many) => many >= least) ?? power * 10;
}

/**
 * Years by round numbers, as they are written: 200 BCE, 100 BCE, 1, 100. There is no year 0.
 * @param {number} from @param {number} to @param {number} step @returns {Tick[]}
 */
function years(from, to, step) {
  const found = [];
  const first = Math.floor((civil(from)[0] - 1) / step);
  for (let turn = first; turn * step <= civil(to)[0] + 1; turn += 1) {
    const round = turn * step;
    if (round === 0 && step === 1) continue;
    const year = round > 0 ? round : round === 0 ? 1 : round + 1;
    const at = secondsAt(year, 1, 1);
    if (at >= from && at <= to) found.push({ at, text: yearWords(year) });
  }
  return found;
}

/**
 * The beginnings of days, months or years, with the one that the window begins in.
 * @param {"day" | "month" | "year"} unit @param {number} from @param {number} to @param {number} many
 * @param {(year: number, month: number, day: number) => string} words @returns {Tick[]}
 */
function each(unit, from, to, many, words) {
  const found = [];
  let [year, month, day] = civil(from);
  if (unit !== "day") day = 1;
  month = unit === "year" ? 1 : unit === "month" ? month - ((month - 1) % many) : month;
  for (let at = secondsAt(year, month, day); at <= to; at = secondsAt(year, month, day)) {
    found.push({ at, text: words(year, month, day) });
    if (unit === "day") [year, month, day] = civil(at + DAY);
    else if (unit === "month") [year, month] = month + many > 12 ? [year + 1, 1] : [year, month + many];
    else year += many;
  }
  return found;
}

/** @param {number} from @param {number} to @param {number} many @returns {Tick[]} days, beginning again with each month */
function days(from, to, many) {
  return each("day", from, to, 1, (year, month, day) => `${day}`).filter(({ text }) => {
    const past = Number(text) - 1;
    return past % many === 0 && past + many / 2 < 31;
  });
}

/** @param {number} from @param {number} to @param {number} many minutes @returns {Tick[]} */
function times(from, to, many) {
  const found = [];
  const step = many * 60;
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
    const minute = (((at % DAY) + DAY) % DAY) / 60;
    const [hours, minutes] = [Math.floor(minute / 60), minute % 60].map((each) => String(each).padStart(2, "0"));
    found.push({ at, text: `${hours}:${minutes}` });
  }
  return found;
}

/** @param {number} _year @param {number} month */
const shortMonth = (_year, month) => MONTHS[month - 1].slice(0, 3);
/** @param {number} year @param {number} month */
const monthWords = (year, month) => `${MONTHS[month - 1]} ${yearWords(year)}`;
/** @param {number} year @param {number} month @param {number} day */
const dayWords = (year, month, day) => `${day} ${monthWords(year, month)}`;
