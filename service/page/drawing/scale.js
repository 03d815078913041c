// @ts-check
/** Converts seconds to pixels and back. */

import { scaleLinear, zoomIdentity } from "../vendor/d3.js";

/** The seconds of the shortest window: its axis has minutes. */
export const LEAST = 3_600;

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

  /**
   * The transform of d3-zoom that shows a window.
   * @param {[number, number]} window seconds @returns {any}
   */
  transformTo([from, to]) {
    const [first, last] = this.base.domain();
    const factor = (last - first) / (to - from);
    return zoomIdentity.translate(this.range[0] - factor * this.base(from), 0).scale(factor);
  }

  /** @param {number} seconds @returns {number} */
  x(seconds) {
    return this.current(seconds);
  }

  /** @param {number} x @returns {number} */
  seconds(x) {
    return this.current.invert(x);
  }

  /** @returns {[number, number]} the seconds that are in sight */
  window() {
    return this.current.domain();
  }

  /**
   * The smallest and the largest zoom factor: all of a stretch of time fills the chart, or the shortest window.
   * @param {[number, number]} all seconds @returns {[number, number]}
   */
  factors([from, to]) {
    const [first, last] = this.base.domain();
    return [Math.min(1, (last - first) / (to - from)), Math.max(1, (last - first) / LEAST)];
  }
}
