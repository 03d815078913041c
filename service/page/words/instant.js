// @ts-check
/** Converts RFC 3339 times to seconds, days and the reader's time zone. */

const WRITTEN = /^([+-]?\d{4,})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)/;
/** Seconds in a day. */
export const DAY = 86_400;

/**
 * Seconds since 1970 of a time in UTC, without its fraction; years of more than four digits have a sign.
 * @param {string | null} text
 * @returns {number | null}
 */
export function secondsOf(text) {
  const found = text === null ? null : WRITTEN.exec(text);
  if (!found) return null;
  const [year, month, day, hour, minute, second] = found.slice(1).map(Number);
  return secondsAt(year, month, day) + hour * 3600 + minute * 60 + second;
}

/**
 * The first second of a day.
 * @param {number} year @param {number} month @param {number} day
 */
export function secondsAt(year, month, day) {
  return daysBefore(year, month, day) * DAY;
}

/**
 * Days from 1970-01-01 in the proleptic Gregorian calendar, after H. Hinnant, "chrono-compatible
 * low-level date algorithms": years begin in March, so that a leap day is the last day of its year.
 * @param {number} year @param {number} month @param {number} day
 */
function daysBefore(year, month, day) {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

/**
 * The year, month and day of a time in seconds.
 * @param {number} seconds
 * @returns {[number, number, number]}
 */
export function civil(seconds) {
  const z = Math.floor(seconds / DAY) + 719_468;
  const era = Math.floor(z / 146_097);
  const ofEra = z - era * 146_097;
  const y = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * y + Math.floor(y / 4) - Math.floor(y / 100));
  const m = Math.floor((5 * ofYear + 2) / 153);
  const month = m < 10 ? m + 3 : m - 9;
  return [y + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - Math.floor((153 * m + 2) / 5) + 1];
}

/**
 * The day of a time in seconds, in EDTF; for years of more than four digits the year alone (`Y12345`).
 * @param {number} seconds
 */
export function dayOf(seconds) {
  const [year, month, day] = civil(seconds);
  if (Math.abs(year) > 9999) return `Y${year}`;
  const digits = String(Math.abs(year)).padStart(4, "0");
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${year < 0 ? "-" : ""}${digits}-${two(month)}-${two(day)}`;
}

/**
 * A time in EDTF, to the second; the day where the year has not four digits.
 * @param {number} seconds
 */
export function secondOf(seconds) {
  const [year] = civil(seconds);
  if (year < 0 || year > 9999) return dayOf(seconds);
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const past = Math.floor(seconds) - Math.floor(seconds / DAY) * DAY;
  return `${dayOf(seconds)}T${two(Math.floor(past / 3600))}:${two(Math.floor(past / 60) % 60)}:${two(past % 60)}Z`;
}

/**
 * A time in seconds for attributes of the chart: RFC 3339, or only the year if RFC 3339 cannot express it.
 * @param {number} seconds
 */
export function timeOf(seconds) {
  const [year] = civil(seconds);
  if (year < 0 || year > 9999) return String(year);
  return new Date(Math.round(seconds) * 1000).toISOString().replace(".000Z", "Z");
}

/** @type {Intl.DateTimeFormatOptions} */
const WHOLE = {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
};
const clock = new Intl.DateTimeFormat("en-GB", WHOLE);
const utc = new Intl.DateTimeFormat("en-GB", { ...WHOLE, timeZone: "UTC" });

/**
 * A time of recording in the reader's time zone.
 * @param {string} text RFC 3339
 */
export function inZone(text) {
  return clock.format(new Date(text));
}

/** @param {string} text RFC 3339 @returns {string} the same, and beside it the original, whole, so that it can be asked for */
export function recordedWords(text) {
  return `${inZone(text)} (${text})`;
}

/** @param {string} text RFC 3339 @returns {string} in UTC */
export function inUtc(text) {
  return utc.format(new Date(text));
}

/** @param {string} text RFC 3339 @returns {string} its time of day in UTC, with its day where the reader's zone has another; empty in a zone that is UTC */
export function besideZone(text) {
  const [here, there] = [inZone(text), inUtc(text)];
  const day = here.slice(0, here.indexOf(","));
  if (here === there) return "";
  return there.startsWith(`${day},`) ? there.slice(day.length + 2) : there;
}

const TIME = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

/** @param {string} text a moment or a date, as the service takes it @param {(time: string) => string} words of a time @returns {string} as people write it, if it is a time */
export const asWritten = (text, words = inZone) => (TIME.test(text) && !Number.isNaN(Date.parse(text)) ? words(text) : text);

const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

/** @param {string} text RFC 3339 @returns {string} its day in the reader's time zone */
export function dayWords(text) {
  return day.format(new Date(text));
}

/** @param {string} text RFC 3339 @returns {string} when, in the reader's time zone and in UTC */
export const atTime = (text) => `on ${recordedWords(text)}`;

const days = new Intl.DateTimeFormat("en-CA"); // 2024-10-01

/**
 * When something was recorded that a moment does not include. If both would look alike, the time is written in full, with the reason why it was later.
 * @param {string} time of recording, RFC 3339 @param {string} moment a revision, a day or a time
 */
export function laterWords(time, moment) {
  const named = new Date(`${moment.slice(0, 10)}T00:00:00Z`).getTime();
  if (Number.isNaN(named)) return inZone(time); // a revision
  if (moment.length === 10) return days.format(new Date(time)) > moment ? inZone(time) : `${recordedWords(time)}, when that day was over in UTC`;
  const alike = Math.floor(Date.parse(time) / 1000) === Math.floor(Date.parse(moment) / 1000);
  return alike ? `${recordedWords(time)}, a part of a second later` : inZone(time);
}

/**
 * @param {{revision: number, recorded_at: string}} moment an earlier one
 * @param {boolean} [early] whether it is before the timeline was opened, and this is the opening
 * @returns {string}
 */
export function asKnown({ revision, recorded_at: time }, early = false) {
  const when = atTime(time);
  return early ? `Before this record was opened ${when}, at revision ${revision}` : `As known ${when}, revision ${revision}`;
}
