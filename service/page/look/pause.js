// @ts-check
/** Waits until a reader has stopped typing, dragging or zooming. */

export class Pause {
  /** @type {number | undefined} */
  #timer;

  /**
   * Acts after a pause, unless this is called again or cancelled before.
   * @param {number} milliseconds @param {() => void} act
   */
  after(milliseconds, act) {
    this.cancel();
    this.#timer = setTimeout(act, milliseconds);
  }

  cancel() {
    clearTimeout(this.#timer);
  }
}
