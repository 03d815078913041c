// @ts-check
/** The queue of proposals: how many wait, and a dialog in which they are looked at and decided. */

import { byId, make } from "../look/element.js";
import { below, Problem } from "../state/api.js";
import { proposalRow } from "./proposal.js";
import * as queue from "./queue.js";

const TYPES = ["proposal.made", "proposal.approved", "proposal.refused", "proposal.withdrawn", "statement.redacted", "caught-up"];
/** Milliseconds before a refused stream is requested again. */
const AGAIN = 8_000;
/** Milliseconds after which an author's proposals are read again: while some wait, and while none does. */
const [SOON, SELDOM] = [10_000, 60_000];

/** @type {import("./queue.js").Reader | null} */
let reader = null;
/** @type {EventSource | null} */
let stream = null;
/** @type {number | undefined} */
let waiting;
/** Whether the queue is being read, and whether it has changed meanwhile. */
let [reading, stale] = [false, false];

const count = make("button", { type: "button", "data-testid": "review", "aria-haspopup": "dialog" });
const list = make("ol", { class: "proposals" });
const said = make("p", { role: "status", "data-testid": "review-said" });
const title = make("h2", { id: "review-title", tabindex: "-1" });
const none = make("p", { class: "kind", text: "There are none.", hidden: true });
const close = make("button", { type: "button", text: "Close", on: { click: () => dialog.close() } });
const dialog = make("dialog", { class: "reviewing", "aria-labelledby": "review-title", "data-testid": "reviewing" }, title, said, none, list, make("p", {}, close));

let told = false;

/**
 * Shows the queue to a reader who may review, and their own proposals to one who may propose, once. If it cannot be read now who they
 * are, the next call does.
 */
export async function start() {
  if (told) return;
  told = true;
  try {
    reader = await queue.reader();
  } catch (error) {
    told = false;
    if (!(error instanceof Problem)) throw error;
  }
  if (reader === null) return;
  title.textContent = reader.reviews ? "Proposals that wait for review" : "Your proposals";
  byId("who").after(make("p", { class: "review", role: "status" }, count));
  document.body.append(dialog);
  count.addEventListener("click", open);
  document.addEventListener("visibilitychange", look);
  look();
}

/** A function that opens the dialog; null for a reader who sees no proposals. */
export function way() {
  return reader === null ? null : open;
}

function open() {
  said.textContent = "";
  dialog.showModal();
  title.focus();
  read();
}

/** Ends the stream while the page is out of sight, because a browser opens few connections to one host. */
function look() {
  clearTimeout(waiting);
  stream?.close();
  stream = null;
  if (document.hidden) return;
  read();
  if (reader?.reviews) follow();
}

function follow() {
  const mine = new EventSource(below("/proposals/live"));
  stream = mine;
  for (const type of TYPES) mine.addEventListener(type, read);
  mine.addEventListener("reset", (event) => {
    mine.close();
    if (JSON.parse(event.data).reason === "access") location.reload();
    else waiting = setTimeout(look, AGAIN);
  });
  mine.addEventListener("error", () => {
    if (mine === stream && mine.readyState === EventSource.CLOSED) waiting = setTimeout(look, AGAIN);
  });
}

/** Reads the queue and shows it. If it changes meanwhile, it is read once more afterwards. */
export async function read() {
  stale = true;
  if (reading || reader === null) return;
  reading = true;
  try {
    while (stale) {
      stale = false;
      const whole = reader.reviews || dialog.open;
      const { found, more } = await queue.proposals({ decided: whole && !reader.reviews });
      tell(found, more, reader);
      if (whole) show(found, reader);
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    said.textContent = error.message;
  } finally {
    reading = false;
    if (!reader.reviews) later();
  }
}

/** An author's proposals are polled: a stream's revisions would reveal the proposals of others. */
function later() {
  clearTimeout(waiting);
  if (!document.hidden) waiting = setTimeout(read, count.dataset.waiting === "0" ? SELDOM : SOON);
}

/** @param {import("./queue.js").Proposal[]} found @param {boolean} more @param {import("./queue.js").Reader} by */
function tell(found, more, by) {
  const many = found.filter(({ state }) => state === "proposed").length;
  const words = many === 1 && !more ? "1 waits" : `${many.toLocaleString("en")}${more ? " or more" : ""} wait`;
  count.textContent = by.reviews ? `${words} for review` : `Your proposals: ${words}`;
  count.dataset.waiting = String(many);
}

/** @param {import("./queue.js").Proposal[]} found @param {import("./queue.js").Reader} by */
function show(found, by) {
  // Rows that are there stay as they are: one may be open, with a reason half written.
  const rows = new Map([...list.children].map((row) => [/** @type {HTMLElement} */ (row).dataset.proposalId, row]));
  const wanted = (by.reviews ? found : [...found].reverse()).map((each) => {
    const row = /** @type {HTMLElement | undefined} */ (rows.get(each.proposal));
    return row?.dataset.state === each.state ? row : proposalRow(each, by, decided);
  });
  none.hidden = wanted.length > 0;
  for (const row of rows.values()) if (!wanted.includes(/** @type {any} */ (row))) row.remove();
  wanted.forEach((row, at) => {
    if (list.children[at] !== row) list.insertBefore(row, list.children[at] ?? null);
  });
}

/** @param {string} words */
function decided(words) {
  said.textContent = words;
  title.focus();
  read();
}
