// @ts-check
/** Instants: RFC 3339 text to seconds, to days and to the reader's own clock. */

const WRITTEN = /^([+-]?\d{4,})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)/;
const DAY = 86_400;

/**
 * Seconds since 1970 of a text in UTC, its fraction cut off; years beyond four digits have a sign.
 * @param {string | null} text
 * @returns {number | null}
 */
export function secondsOf(text) {
  const found = text === null ? null : WRITTEN.exec(text);
  if (!found) return null;
  const [year, month, day, hour, minute, second] = found.slice(1).map(Number);
  return daysBefore(year, month, day) * DAY + hour * 3600 + minute * 60 + second;
}

/**
 * Days from 1970-01-01 in the proleptic Gregorian calendar, after H. Hinnant, "chrono-compatible
 * low-level date algorithms": years begin in March, so that the leap day is the last.
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
 * Year, month and day of a second.
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
 * The day of a second as EDTF; of years beyond four digits the year alone, as EDTF writes it.
 * @param {number} seconds
 */
export function dayOf(seconds) {
  const [year, month, day] = civil(seconds);
  if (Math.abs(year) > 9999) return `Y${year}`;
  const digits = String(Math.abs(year)).padStart(4, "0");
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${year < 0 ? "-" : ""}${digits}-${two(month)}-${two(day)}`;
}

const clock = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
});

/**
 * A recorded time in the reader's zone.
 * @param {string} text RFC 3339, of years that the platform's clock has
 */
export function inZone(text) {
  return clock.format(new Date(text));
}

/** @param {string} text RFC 3339; its whole seconds, as they were written */
export function original(text) {
  return text.replace(/\.\d+Z$/, "Z");
}
