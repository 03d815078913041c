// @ts-check
/** From seconds to pixels and back, and where the axis has its ticks. */

import { scaleLinear, scaleUtc } from "./d3.js";
import { civil } from "./instant.js";

const DAY = 86_400;
/** Seconds that the platform's dates reach from 1970, either way. */
const REACH = 8.64e12;

export class TimeScale {
  /** @param {[number, number]} domain seconds @param {[number, number]} range pixels */
  constructor(domain, range) {
    this.base = scaleLinear().domain(domain).range(range);
    this.range = range;
    this.current = this.base;
  }

  /** @param {any} transform of d3-zoom */
  apply(transform) {
    this.current = transform.rescaleX(this.base);
  }

  /** @param {number} seconds @returns {number} */
  x(seconds) {
    return this.current(seconds);
  }

  /** @param {number} x @returns {number} */
  seconds(x) {
    return this.current.invert(x);
  }

  /** What is in sight. @returns {[number, number]} */
  window() {
    return this.current.domain();
  }

  /** How far one may zoom in: until half a day fills the chart. */
  deepest() {
    const [from, to] = this.base.domain();
    return Math.max(1, (to - from) / (DAY / 2));
  }

  /** @returns {{x: number, text: string}[]} */
  ticks() {
    const [from, to] = this.window();
    const many = Math.max(2, Math.floor((this.range[1] - this.range[0]) / 90));
    if (Math.max(Math.abs(from), Math.abs(to)) >= REACH) {
      return this.current.ticks(many).map((/** @type {number} */ s) => ({ x: this.x(s), text: `${civil(s)[0]}` }));
    }
    const dates = scaleUtc().domain([new Date(from * 1000), new Date(to * 1000)]);
    const word = dates.tickFormat(many);
    return dates.ticks(many).map((/** @type {Date} */ date) => ({ x: this.x(Number(date) / 1000), text: plain(date) ?? word(date) }));
  }
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** @param {Date} date a year or a month as a reader writes it, where the tick begins one */
function plain(date) {
  if (date.getUTCDate() !== 1 || Number(date) % (DAY * 1000) !== 0) return null;
  if (date.getUTCMonth() !== 0) return MONTHS[date.getUTCMonth()];
  const number = date.getUTCFullYear();
  return number > 0 ? String(number) : `${1 - number} BCE`;
}
