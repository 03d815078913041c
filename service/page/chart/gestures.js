// @ts-check
/** What pointer and keys do in the chart: show a tip, choose a statement or a window, move, zoom. */

import { AXIS } from "../drawing/axis.js";
import { amountAt, amounts } from "../drawing/crowds.js";
import { inSight, signAt } from "../drawing/marks.js";
import { reach } from "../drawing/spans.js";
import { byId, make, words } from "../look/element.js";
import { narrow } from "../look/narrow.js";
import { speakerWords } from "../parts/speakers.js";
import { SIGNS, STANDING_WORDS } from "../look/standing.js";
import * as address from "../state/address.js";
import { dateWords } from "../words/dates.js";
import { dayOf, secondOf } from "../words/instant.js";
import * as movement from "./movement.js";
import { SHORT } from "./window_statements.js";
import { canvas, draw, frame, shown } from "./view.js";

/** @typedef {import("../drawing/layout.js").Mark} Mark */
/** @typedef {(id: string, how: {keyboard: boolean, step?: boolean}) => void} Choose `step`: the reader goes from one to the next, and stays in the chart */

const tip = byId("chart-tip");
const tool = byId("window-tool");

/**
 * Whether a pointer's event moves or zooms the chart.
 * @param {any} event
 */
export function startsMoving(event) {
  if (event.shiftKey || pressed() || event.button) return false;
  return event.type !== "wheel" || event.ctrlKey || !(narrow.matches || address.embedded);
}

/** @param {Choose} choose */
export function hear(choose) {
  tool.addEventListener("click", () => press(!pressed()));
  leaveScrolling();
  canvas.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    if (event.shiftKey || pressed()) chooseWindow(event);
  });
  canvas.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    const mark = at(event);
    point(mark);
    if (!mark) tellCrowd(event);
  });
  canvas.addEventListener("pointerleave", () => {
    point(null);
    tip.hidden = true;
  });
  canvas.addEventListener("blur", () => point(null));
  canvas.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    const found = at(event);
    if (event.shiftKey || pressed()) return;
    if (found) choose(found.statement.id, { keyboard: false });
    else if (crowdAt(event)) movement.zoomBy(4, event.offsetX);
  });
  canvas.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (keys(event.key, choose)) event.preventDefault();
  });
}

/**
 * A finger that goes up or down scrolls the rows, and at their end the page. For each touch that d3-zoom hears of, it
 * keeps the browser from scrolling. So it hears of one finger only once that goes sideways.
 */
function leaveScrolling() {
  let [x, y] = [0, 0];
  /** @type {"unknown" | "sideways" | "upright"} */
  let way = "unknown";
  const start = (/** @type {TouchEvent} */ { touches }) => {
    [x, y] = [touches[0].clientX, touches[0].clientY];
    way = touches.length > 1 ? "sideways" : "unknown"; // two fingers zoom
  };
  const move = (/** @type {TouchEvent} */ event) => {
    const [touch] = event.touches;
    const [across, down] = [Math.abs(touch.clientX - x), Math.abs(touch.clientY - y)];
    if (way === "unknown" && Math.max(across, down) >= 4) way = across > down ? "sideways" : "upright";
    if (way !== "sideways") event.stopPropagation();
  };
  frame.addEventListener("touchstart", start, { capture: true, passive: true });
  frame.addEventListener("touchmove", move, { capture: true, passive: true });
}

const pressed = () => tool.getAttribute("aria-pressed") === "true";

/** @param {boolean} on */
function press(on) {
  tool.setAttribute("aria-pressed", String(on));
  canvas.classList.toggle("choosing", on);
}

/** @param {{offsetX: number, offsetY: number}} event @returns {Mark | null} the nearest mark under the pointer */
function at({ offsetX: x, offsetY: y }) {
  if (shown.far || y < AXIS) return null;
  const { plan, scale } = shown;
  const down = y + frame.scrollTop;
  let found = null;
  let best = plan.row / 2 + 2;
  const chosen = address.one("statement");
  for (const mark of plan.marks) {
    if (!mark.drawn && mark.statement.id !== chosen) continue;
    const off = Math.abs(mark.y - down);
    if (off > best) continue;
    const { left, right } = reach(mark.span, scale);
    const sign = signAt(mark, scale);
    const words = plan.labelled ? 200 : 6;
    const [from, to] = [Math.min(left, mark.before ? sign - words : sign - 8), Math.max(right, sign) + (mark.before ? 12 : words)];
    if (x < from || x > to) continue;
    [found, best] = [mark, off];
  }
  return found;
}

/** @param {Mark | null} mark */
function point(mark) {
  const id = mark?.statement.id ?? "";
  if (id === shown.hovered) return;
  shown.hovered = id;
  canvas.classList.toggle("pointing", id !== "");
  tip.hidden = mark === null;
  if (mark) {
    tip.replaceChildren(...tipOf(mark.statement));
    placeTip(signAt(mark, shown.scale) + 12, mark.y);
  }
  draw();
}

/** @param {number} x @param {number} y pixels beside which the tip has its place */
function placeTip(x, y) {
  const { clientWidth, clientHeight, scrollTop } = frame;
  const fits = y + 16 + tip.offsetHeight < scrollTop + clientHeight;
  tip.style.left = `${Math.max(4, Math.min(x, clientWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${fits ? y + 16 : y - 16 - tip.offsetHeight}px`;
}

/** @param {{offsetX: number, offsetY: number}} event @returns {import("../drawing/layout.js").Mark[] | null} what is counted there */
function crowdAt({ offsetX: x, offsetY: y }) {
  const [left, right] = shown.scale.range;
  const down = y + frame.scrollTop;
  if (shown.far || y < AXIS || x < left || x > right) return null;
  const lane = shown.plan.lanes.find(({ crowd }) => crowd && down >= crowd.top && down <= crowd.top + crowd.height);
  return lane?.crowd?.marks ?? null;
}

/** @param {{offsetX: number, offsetY: number}} event says how many are counted there, and about when */
function tellCrowd(event) {
  const marks = crowdAt(event);
  const { certain, most: many } = marks ? amountAt(amounts(marks, shown.scale), event.offsetX, shown.scale) : { certain: 0, most: 0 };
  canvas.classList.toggle("zooming", many > 0);
  tip.hidden = many === 0;
  if (many === 0) return;
  const day = dateWords(dayOf(shown.scale.seconds(event.offsetX)), null);
  const verb = certain < many ? "may be" : "are";
  tip.replaceChildren(`${many.toLocaleString("en")}${shown.missing ? " or more" : ""} ${verb} about this time`, make("small", { text: `${day}. Press to zoom in.` }));
  placeTip(event.offsetX + 12, event.offsetY + frame.scrollTop);
}

/** @param {import("../state/statement").Statement} statement */
function tipOf({ said, standing, kind, text, occurred, bounds, language }) {
  return [
    make("small", {}, words(speakerWords(said)), ` · ${kind} · ${SIGNS[standing]} ${STANDING_WORDS[standing]}`),
    words(text, undefined, language),
    make("small", { text: dateWords(occurred, bounds.occurred) }),
  ];
}

/** @param {PointerEvent} down */
function chooseWindow(down) {
  canvas.setPointerCapture(down.pointerId);
  shown.choosing = [down.offsetX, down.offsetX];
  const move = (/** @type {PointerEvent} */ event) => {
    shown.choosing = [down.offsetX, event.offsetX];
    draw();
  };
  const up = (/** @type {PointerEvent} */ event) => {
    canvas.removeEventListener("pointermove", move);
    shown.choosing = null;
    press(false);
    draw();
    if (event.type === "pointercancel" || Math.abs(event.offsetX - down.offsetX) < 4) return;
    const [from, to] = shown.scale.window();
    const named = to - from > SHORT ? dayOf : secondOf;
    const edges = [down.offsetX, event.offsetX].sort((a, b) => a - b).map((x) => named(shown.scale.seconds(x)));
    const [first, last] = address.windowNames();
    address.go({ [first]: edges[0], [last]: edges[1] });
  };
  canvas.addEventListener("pointermove", move);
  canvas.addEventListener("pointerup", up, { once: true });
  canvas.addEventListener("pointercancel", up, { once: true });
}

/**
 * @param {string} key @param {Choose} choose
 * @returns {boolean} whether the key has a meaning here
 */
function keys(key, choose) {
  if (moveBy(key)) {
    point(null);
    return true;
  }
  if (key === "ArrowDown" || key === "ArrowUp") next(key === "ArrowDown" ? 1 : -1, choose);
  else if (key === "Enter" && address.one("statement")) choose(address.one("statement"), { keyboard: true });
  else return false;
  return true;
}

/** @param {string} key @returns {boolean} whether the key moves or zooms the chart */
export function moveBy(key) {
  if (key === "ArrowLeft" || key === "ArrowRight") movement.shift(key === "ArrowLeft" ? -1 / 8 : 1 / 8);
  else if (key === "+" || key === "=") movement.zoomBy(1.6);
  else if (key === "-") movement.zoomBy(1 / 1.6);
  else if (key === "0") movement.goHome();
  else return false;
  return true;
}

/** @param {number} step @param {Choose} choose */
function next(step, choose) {
  const order = shown.plan.marks.filter((mark) => inSight(mark, shown.scale)).sort((a, b) => a.y - b.y || signAt(a, shown.scale) - signAt(b, shown.scale));
  if (order.length === 0) return;
  const id = address.one("statement");
  const index = order.findIndex(({ statement }) => statement.id === id);
  const mark = order[Math.max(0, Math.min(order.length - 1, index < 0 ? 0 : index + step))];
  const { statement } = mark;
  if (narrow.matches) point(mark); // no detail beside the chart says which it is
  choose(statement.id, { keyboard: true, step: true });
  byId("chart-said").textContent = `${speakerWords(statement.said)}, ${statement.kind}, ${STANDING_WORDS[statement.standing]}: ${statement.text}`;
}
