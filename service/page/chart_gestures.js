// @ts-check
/** What pointer and keys do in the chart: point, choose, choose a window, move, zoom. */

import * as address from "./address.js";
import { draw, shown } from "./chart.js";
import { reach, signAt } from "./chart_drawing.js";
import { zoomIdentity } from "./d3.js";
import { dateWords } from "./date_words.js";
import { byId, make, words } from "./element.js";
import * as filters from "./filters.js";
import { dayOf } from "./instant.js";
import { SIGNS } from "./standing.js";

const tip = byId("chart-tip");
const frame = byId("chart-frame");
const tool = byId("window-tool");
const narrow = matchMedia("(max-width: 63.99rem)");

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{choose: (id: string, how: {keyboard: boolean}) => void, zooming: any, surface: any}} parts
 */
export function hear(canvas, { choose, zooming, surface }) {
  zooming.filter((/** @type {any} */ event) => {
    if (event.shiftKey || pressed() || event.button) return false;
    return event.type !== "wheel" || event.ctrlKey || !narrow.matches;
  });
  tool.addEventListener("click", () => press(!pressed()));
  canvas.addEventListener("pointerdown", (event) => {
    if (event.shiftKey || pressed()) chooseWindow(canvas, event);
  });
  canvas.addEventListener("pointermove", (event) => point(canvas, at(event)));
  canvas.addEventListener("pointerleave", () => point(canvas, null));
  canvas.addEventListener("click", (event) => {
    const found = at(event);
    if (found && !event.shiftKey && !pressed()) choose(found.statement.id, { keyboard: false });
  });
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (keys(event.key, { choose, zooming, surface })) event.preventDefault();
  });
}

const pressed = () => tool.getAttribute("aria-pressed") === "true";

/** @param {boolean} on */
function press(on) {
  tool.setAttribute("aria-pressed", String(on));
  byId("chart").classList.toggle("choosing", on);
}

/** @param {{offsetX: number, offsetY: number}} event the mark under it, the nearest first */
function at({ offsetX: x, offsetY: y }) {
  if (shown.far || y < shown.axis) return null;
  const { plan, scale } = shown;
  const down = y + frame.scrollTop;
  let found = null;
  let best = plan.row / 2 + 2;
  for (const mark of plan.marks) {
    const off = Math.abs(mark.y - down);
    if (off > best) continue;
    const { right } = reach(mark.span, scale);
    const sign = signAt(mark, scale);
    const words = plan.labelled ? 200 : 6;
    const [from, to] = [mark.before ? sign - words : sign - 8, Math.max(right, sign) + (mark.before ? 12 : words)];
    if (x < from || x > to) continue;
    [found, best] = [mark, off];
  }
  return found;
}

/** @param {HTMLCanvasElement} canvas @param {import("./chart_layout.js").Mark | null} mark */
function point(canvas, mark) {
  const id = mark?.statement.id ?? "";
  if (id === shown.hovered) return;
  shown.hovered = id;
  canvas.classList.toggle("pointing", id !== "");
  tip.hidden = mark === null;
  if (mark) {
    tip.replaceChildren(...told(mark.statement));
    const { clientWidth, clientHeight, scrollTop } = frame;
    const x = Math.min(signAt(mark, shown.scale) + 12, clientWidth - tip.offsetWidth - 8);
    const below = mark.y + 16;
    const fits = below + tip.offsetHeight < scrollTop + clientHeight;
    tip.style.left = `${Math.max(4, x)}px`;
    tip.style.top = `${fits ? below : mark.y - 16 - tip.offsetHeight}px`;
  }
  draw();
}

/** @param {import("./statement").Statement} statement */
function told({ said, standing, kind, text, occurred, bounds, language }) {
  return [
    make("small", {}, words(said.by), ` · ${kind} · ${SIGNS[standing]} ${standing}`),
    words(text, undefined, language),
    make("small", { text: dateWords(occurred, bounds.occurred) }),
  ];
}

/** @param {HTMLCanvasElement} canvas @param {PointerEvent} down */
function chooseWindow(canvas, down) {
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
    const edges = [down.offsetX, event.offsetX].sort((a, b) => a - b).map((x) => dayOf(shown.scale.seconds(x)));
    const [first, last] = filters.names();
    address.go({ [first]: edges[0], [last]: edges[1] });
  };
  canvas.addEventListener("pointermove", move);
  canvas.addEventListener("pointerup", up, { once: true });
  canvas.addEventListener("pointercancel", up, { once: true });
}

/** @param {string} key @param {any} parts whether the key means something here */
function keys(key, { choose, zooming, surface }) {
  const step = (shown.scale.range[1] - shown.scale.range[0]) / 8;
  const { k } = surface.node().__zoom;
  if (key === "ArrowLeft") zooming.translateBy(surface, step / k, 0);
  else if (key === "ArrowRight") zooming.translateBy(surface, -step / k, 0);
  else if (key === "+" || key === "=") zooming.scaleBy(surface, 1.6);
  else if (key === "-") zooming.scaleBy(surface, 1 / 1.6);
  else if (key === "0") zooming.transform(surface, zoomIdentity);
  else if (key === "ArrowDown" || key === "ArrowUp") next(key === "ArrowDown" ? 1 : -1, choose);
  else if (key === "Enter" && address.one("statement")) choose(address.one("statement"), { keyboard: true });
  else return false;
  return true;
}

/** @param {number} step @param {(id: string, how: {keyboard: boolean}) => void} choose */
function next(step, choose) {
  const order = [...shown.plan.marks].sort((a, b) => a.y - b.y || signAt(a, shown.scale) - signAt(b, shown.scale));
  if (order.length === 0) return;
  const index = order.findIndex(({ statement }) => statement.id === address.one("statement"));
  const { statement } = order[Math.max(0, Math.min(order.length - 1, index < 0 ? 0 : index + step))];
  choose(statement.id, { keyboard: false });
  byId("chart-said").textContent = `${statement.said.by}, ${statement.kind}, ${statement.standing}: ${statement.text}`;
}
