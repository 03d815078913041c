// @ts-check
/**
 * The edges of the chart: how many statements lie beyond them, with a button that goes to the nearest; and which of them the
 * chosen statement is related to.
 */

import { AXIS } from "../drawing/axis.js";
import { extent, spanOf } from "../drawing/layout.js";
import { inSight, mayTouch } from "../drawing/marks.js";
import { byId, make } from "../look/element.js";
import { speakerWords } from "../parts/speakers.js";
import * as address from "../state/address.js";
import { ask, below } from "../state/api.js";
import { record } from "../state/record.js";
import { secondOf } from "../words/instant.js";
import { plainBounds } from "../words/plain_date.js";
import { scrollTo } from "./reveal.js";
import * as movement from "./movement.js";
import { canvas, draw, drawn, frame, shown } from "./view.js";

/** @typedef {import("../drawing/layout.js").Mark} Mark */
/** @typedef {{many: number, nearest: [number, number] | null}} Beyond how many, and the seconds of the nearest */

/** @type {Beyond} */
const NONE = { many: 0, nearest: null };
const earlier = byId("edge-earlier");
const later = byId("edge-later");
/** Before and after what the chart shows. */
let beyond = [NONE, NONE];
let counting = 0;
const related = byId("edge-related");
/** @type {Mark[]} the marks of statements that are related to the chosen one, and out of sight: those of disputes first */
let away = [];

export function start() {
  earlier.addEventListener("click", () => lead(0));
  later.addEventListener("click", () => lead(1));
  related.addEventListener("click", follow);
  drawn(show);
  drawn(showRelated);
}

/**
 * Requests what lies beyond a window, if not all statements are loaded.
 * @param {[number, number]} window seconds
 */
export async function look(window) {
  const mine = ++counting;
  const found = await Promise.all([asked(-1, window), asked(1, window)]);
  if (mine !== counting) return;
  beyond = found;
  show();
}

/** @returns {string} how many lie beyond what the chart shows; empty if none does */
export const beyondWords = () => ["earlier", "later"].flatMap((word, at) => (beyond[at].many ? [`${beyond[at].many.toLocaleString("en")} ${word}`] : [])).join(", ");

function show() {
  if (record.whole) beyond = ofMarks();
  fill(earlier, beyond[0].many, "‹ ", " earlier", "");
  fill(later, beyond[1].many, "", " later", " ›");
}

/** @param {HTMLElement} button @param {number} many @param {string} before @param {string} word @param {string} after */
function fill(button, many, before, word, after) {
  const text = `${before}${many.toLocaleString("en")}${word}${after}`;
  if (button.textContent === text) return;
  button.classList.toggle("nothing", many === 0);
  button.setAttribute("aria-label", `${many.toLocaleString("en")}${word}: show the nearest statement`);
  button.replaceChildren(before, many.toLocaleString("en"), make("span", { text: word }), after);
}

/** @returns {Beyond[]} the marks that are wholly beyond what the chart shows, however an open or unknown end is read */
function ofMarks() {
  const { plan, scale } = shown;
  const [from] = scale.window();
  const found = [{ ...NONE }, { ...NONE }];
  for (const mark of plan.marks) {
    const ends = mayTouch(mark, scale) ? null : extent(mark.span);
    if (!ends) continue;
    const side = found[ends[1] < from ? 0 : 1];
    side.many += 1;
    const nearer = side.nearest === null || (ends[1] < from ? ends[1] > side.nearest[1] : ends[0] < side.nearest[0]);
    if (nearer) side.nearest = ends;
  }
  return found;
}

/** @param {0 | 1} edge */
function lead(edge) {
  const { nearest } = beyond[edge];
  const [from, to] = shown.scale.window();
  if (nearest) movement.go(movement.around(nearest, to - from));
}

/**
 * Requests how many statements lie beyond an edge, and the nearest, if not all are loaded.
 * @param {-1 | 1} way @param {[number, number]} window seconds @returns {Promise<Beyond>}
 */
async function asked(way, [from, to]) {
  const on = address.clock();
  const [first, last] = address.windowNames(on);
  const query = address.question(way < 0 ? last : first, "match");
  const own = query.get(way < 0 ? first : last);
  const limit = own === null ? null : plainBounds(own);
  const edge = way < 0 ? Math.ceil(from - 1e-3) - 1 : Math.floor(to + 1e-3) + 1; // an end in the address is a whole second
  if (own !== null && (limit === null || (way < 0 ? limit[0] > edge : limit[1] < edge))) return NONE;
  query.set(way < 0 ? last : first, secondOf(edge));
  query.set("match", "certain");
  query.set("order", way < 0 ? `-${on}` : on);
  query.set("limit", "1");
  query.set("count", "true");
  const { items, total } = (await ask(below("/statements"), query)).body;
  const span = items[0] && spanOf(items[0], on);
  return { many: total, nearest: span ? extent(span) : null };
}

/** @param {Mark} mark @returns {string} an arrow to where it is out of sight; nothing if it can be seen */
function wayTo(mark) {
  const [from] = shown.scale.window();
  const ends = inSight(mark, shown.scale) ? null : extent(mark.span);
  if (ends) return ends[1] < from ? "←" : "→";
  const y = mark.y - frame.scrollTop;
  return y < AXIS ? "↑" : y > frame.clientHeight ? "↓" : "";
}

/** Names who disputes the chosen statement, or is related to it otherwise, where an arc leads out of sight. */
function showRelated() {
  const id = address.one("statement");
  const chosen = shown.far ? undefined : shown.plan.marks.find(({ statement }) => statement.id === id);
  const relations = [...(chosen?.statement.relations ?? [])].sort((a, b) => Number(b.relation === "disputes") - Number(a.relation === "disputes"));
  const found = relations.flatMap((relation) => {
    const marks = shown.plan.marks.filter(({ statement }) => statement.id === relation.statement);
    return marks.length && marks.every(wayTo) ? [{ relation, mark: marks[0] }] : [];
  });
  away = found.map(({ mark }) => mark);
  related.hidden = found.length === 0;
  if (found.length === 0) return;
  const [{ relation: { relation, direction }, mark }] = found;
  const [who, verb] = [speakerWords(mark.statement.said), relation.replace("-", " ")];
  const more = found.length > 1 ? `, and ${found.length - 1} more` : "";
  const text = `${wayTo(mark)} ${direction === "in" ? `${who} ${verb} it` : `It ${verb} ${who}`}${more}`;
  if (related.textContent === text) return;
  related.textContent = text;
  related.title = "Show it in the chart";
}

/** Shows the first of those. */
function follow() {
  const [mark] = away;
  if (!mark) return;
  const ends = inSight(mark, shown.scale) ? null : extent(mark.span);
  const [from, to] = shown.scale.window();
  if (document.activeElement === related) canvas.focus({ preventScroll: true });
  if (ends) movement.go(movement.around(ends, to - from));
  scrollTo(mark.statement.id);
  draw();
}
