// @ts-check
/** The overview: the time that most statements need, with the window of it that the chart shows, which can be moved and resized. */

import { timesOf } from "../chart/counts.js";
import * as movement from "../chart/movement.js";
import { moveBy } from "../chart/gestures.js";
import { BESIDE, draw, drawn, frame, shown } from "../chart/view.js";
import { extent } from "../drawing/layout.js";
import { byId } from "../look/element.js";
import { record } from "../state/record.js";
import { dateWords } from "../words/dates.js";
import { dayOf } from "../words/instant.js";
import { amounts, drawAmounts, INSET, strip } from "./strip.js";

/** @typedef {[number, number]} Window seconds */

const canvas = byId("overview-happened");
/** Pixels around an end of the window within which it can be dragged: by a mouse, by a finger. */
const GRIP = 7;
const FINGER = 22;
/** @type {import("./strip.js").Strip | null} */
let made = null;
/** @type {Window | null} the strip's time while the reader drags in it */
let held = null;
let before = "";
/** The amounts in the strip, and what they were computed from; they stay while the window moves. */
const kept = { of: /** @type {any[]} */ ([]), columns: new Float32Array(0) };

export function start() {
  drawn(show);
  canvas.addEventListener("pointerdown", drag);
  canvas.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    canvas.style.cursor = made && gripped(event) !== null ? "ew-resize" : "grab";
  });
  canvas.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey && moveBy(event.key)) event.preventDefault();
  });
  new ResizeObserver(() => {
    if (canvas.clientWidth !== (made?.width ?? 0) || canvas.clientHeight !== (made?.height ?? 0)) draw();
  }).observe(canvas);
}

/** @returns {Window} the time of the strip: what most statements need, and what the chart shows */
function domain() {
  const [fit, window] = [movement.needed(), shown.scale.window()];
  return [Math.min(fit[0], window[0]), Math.max(fit[1], window[1])];
}

/**
 * Aligns the strip with the chart's axis, so that equal times are above each other. In a window of another size it has
 * its place before it is drawn again.
 */
function align() {
  const left = shown.scale.range[0] - INSET;
  const right = frame.offsetWidth - frame.clientWidth + BESIDE - INSET; // room for what scrolls the chart, and beside its axis
  canvas.style.marginInlineStart = `${left}px`;
  canvas.style.width = `calc(100% - ${left + right}px)`;
}

function show() {
  align();
  made = strip(canvas, held ?? domain());
  if (!made) return;
  const { ink, width, height, colours, x } = made;
  drawAmounts(made, columns(made, held ?? domain()));
  const [from, to] = shown.scale.window();
  const [left, right] = [Math.max(0.5, x(from)), Math.min(width - 0.5, x(to))];
  ink.fillStyle = colours.paper;
  ink.globalAlpha = 0.7;
  ink.fillRect(0, 0, left, height);
  ink.fillRect(right, 0, width - right, height);
  ink.globalAlpha = 1;
  ink.strokeStyle = ink.fillStyle = colours.accent;
  ink.lineWidth = 1.5;
  ink.strokeRect(left, 1, Math.max(2, right - left), height - 2);
  for (const end of [left, Math.max(left + 2, right)]) ink.fillRect(end - 2, height / 2 - 7, 4, 14);
  tell(from, to);
}

/** @param {import("./strip.js").Strip} made @param {Window} time of the strip @returns {Float32Array} */
function columns(made, [from, to]) {
  const [first, last] = movement.needed();
  const counted = from < first || to > last ? shown.all : shown.most;
  const now = [record.whole ? shown.plan.marks : counted, made.width, from, to];
  if (now.some((each, index) => each !== kept.of[index])) {
    kept.of = now;
    kept.columns = amounts(made, record.whole ? marks() : timesOf(counted));
  }
  return kept.columns;
}

/** @returns {{from: number, to: number, count: number}[]} */
function marks() {
  return shown.plan.marks.flatMap(({ span }) => {
    const ends = extent(span);
    return ends ? [{ from: ends[0], to: ends[1], count: 1 }] : [];
  });
}

/** @param {number} from @param {number} to */
function tell(from, to) {
  const words = [...new Set([from, to].map((end) => dateWords(dayOf(end), null)))].join(" to ");
  if (words === before) return;
  before = words;
  const [first, last] = domain();
  canvas.setAttribute("aria-valuetext", words);
  canvas.setAttribute("aria-valuenow", String(Math.round((100 * ((from + to) / 2 - first)) / (last - first))));
}

/**
 * @param {{offsetX: number, pointerType: string}} event
 * @returns {0 | 1 | null} the end of the window that is there; of a window that is narrower than a finger, a finger moves the whole
 */
function gripped({ offsetX: x, pointerType }) {
  const [left, right] = shown.scale.window().map((end) => made?.x(end) ?? 0);
  const touched = pointerType === "touch";
  if (touched && right - left < 2 * FINGER) return null;
  const reach = touched ? FINGER : GRIP;
  const inside = touched ? Math.min(FINGER, (right - left) / 4) : GRIP;
  if (x >= left - reach && x <= left + inside && x < (left + right) / 2) return 0;
  return x >= right - inside && x <= right + reach ? 1 : null;
}

/** @param {PointerEvent} down moves the window, or one of its ends; elsewhere in the strip the window goes there first */
function drag(down) {
  if (!made || down.button) return;
  held = domain();
  const strip = made;
  const end = gripped(down);
  let [from, to] = shown.scale.window();
  const at = strip.at(down.offsetX);
  const beside = end === null && (at < from || at > to);
  if (beside) [from, to] = [at - (to - from) / 2, at + (to - from) / 2];
  canvas.setPointerCapture(down.pointerId);
  const move = (/** @type {PointerEvent} */ event) => {
    const by = strip.at(event.offsetX) - at;
    const moved = /** @type {Window} */ ([end === 1 ? from : from + by, end === 0 ? to : to + by]);
    const least = (strip.at(1) - strip.at(0)) * 4;
    if (moved[1] - moved[0] >= least) movement.go(moved);
  };
  if (beside) move(down);
  canvas.addEventListener("pointermove", move);
  const up = () => {
    canvas.removeEventListener("pointermove", move);
    held = null;
    draw();
  };
  canvas.addEventListener("lostpointercapture", up, { once: true });
}
