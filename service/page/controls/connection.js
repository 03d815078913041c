// @ts-check
/** Whether the page follows what is recorded: the word of its button, and a sentence once it has not for a while. */

import { byId } from "../look/element.js";
import { Pause } from "../look/pause.js";
import { record } from "../state/record.js";
import { inZone } from "../words/instant.js";

/** Milliseconds without a connection before a sentence says so; a shorter break gets none. */
const WORTH = 4_000;

const mark = byId("live");
const box = byId("unconnected");
const pause = new Pause();
/** When the page was last connected; null while it is connected, or need not be. */
let since = /** @type {string | null} */ (null);
let waiting = false;

/** @param {import("../state/live.js").LiveState} state @param {string} [from] since when, if not now */
export function show(state, from) {
  mark.dataset.state = state;
  if (mark.textContent !== state) mark.textContent = state;
  if (state === "reconnecting") wait(from);
  else end();
}

/** @param {string} [from] */
function wait(from) {
  since ??= from || new Date().toISOString();
  if (waiting || !box.hidden || document.hidden) return;
  waiting = true;
  pause.after(WORTH, () => {
    waiting = false;
    if (document.hidden || since === null) return; // a page that nobody sees does not follow
    box.textContent = `This page has not been connected to the service since ${inZone(since)}. It shows revision ${record.revision}, as it was then, and tries again by itself.`;
    box.hidden = false;
  });
}

function end() {
  pause.cancel();
  waiting = false;
  since = null;
  box.hidden = true;
}
