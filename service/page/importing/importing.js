// @ts-check
/** Importing a file: it is tried first, its mapping can be changed, and then it is loaded. */

import { byId, make, sentence } from "../look/element.js";
import { ask, below, Problem, send } from "../state/api.js";
import { counts, shown } from "./report.js";

const PAUSE = 300;
const OVER = ["done", "failed"];

/** @type {File | null} */
let file = null;
/** The number of the latest try: an answer to an earlier one is not shown. */
let latest = 0;

/** Opens the dialog by its button, and for a file that is dropped anywhere on the page; not within another site. */
export function start() {
  if (document.documentElement.classList.contains("embed")) return;
  byId("import").addEventListener("click", () => byId("importing").showModal());
  byId("import-file").addEventListener("change", () => choose(byId("import-file").files[0] ?? null));
  byId("import-again").addEventListener("click", () => run(true));
  byId("import-load").addEventListener("click", () => run(false));
  byId("import-close").addEventListener("click", () => byId("importing").close());
  addEventListener("dragover", over);
  addEventListener("dragleave", () => byId("import-drop").classList.remove("over"));
  addEventListener("drop", drop);
}

/** @param {DragEvent} event */
function over(event) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  if (!byId("importing").open) byId("importing").showModal();
  byId("import-drop").classList.add("over");
}

/** @param {DragEvent} event */
function drop(event) {
  if (!event.dataTransfer?.files.length) return;
  event.preventDefault();
  byId("import-drop").classList.remove("over");
  const taken = new DataTransfer(); // one file, whatever was dropped: the field names the one that is tried
  taken.items.add(event.dataTransfer.files[0]);
  byId("import-file").files = taken.files;
  choose(event.dataTransfer.files[0]);
}

/** @param {File | null} chosen */
function choose(chosen) {
  file = chosen;
  byId("import-mapping").value = "";
  byId("import-mapped").hidden = true;
  if (file) run(true);
}

/**
 * Tries the file, or loads it.
 * @param {boolean} dry
 */
async function run(dry) {
  if (!file) return;
  const number = ++latest;
  say(dry ? `Trying ${file.name} …` : `Loading ${file.name} …`);
  byId("import-load").disabled = true;
  byId("import-report").replaceChildren();
  try {
    const state = await finished(await order(file, dry), number);
    if (state !== null) show(state, dry);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const faults = error.errors.map((fault) => make("li", {}, ...sentence(`${fault.path}: ${fault.message}`)));
    if (number === latest) say(error.message, make("ul", {}, ...faults));
  }
}

/** @param {File} sent @param {boolean} dry @returns {Promise<string>} the id of the import */
async function order(sent, dry) {
  const form = new FormData();
  form.set("file", sent, sent.name);
  const mapping = byId("import-mapping").value.trim();
  if (mapping) form.set("mapping", mapping);
  return (await send(below(`/imports${dry ? "?dry_run=true" : ""}`), form)).body.import;
}

/**
 * The import once it is over; null if another one was begun meanwhile.
 * @param {string} id @param {number} number
 */
async function finished(id, number) {
  while (number === latest) {
    const { body } = await ask(below(`/imports/${id}`));
    if (OVER.includes(body.state)) return body;
    if (body.report) say(`${counts(body.report)} so far …`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  return null;
}

/** @param {any} state @param {boolean} dry */
function show(state, dry) {
  if (state.state === "failed") {
    say(state.problem);
    return;
  }
  const report = state.report;
  say(`${dry ? "Would be" : "Loaded"}: ${counts(report)}.`, ...(report.file?.notes ?? []).map((/** @type {string} */ note) => make("p", {}, ...sentence(note))));
  byId("import-report").append(...shown(report));
  if (!dry) return;
  byId("import-load").disabled = report.new + report.changed + report.same === 0;
  if (report.mapping && !byId("import-mapping").value.trim()) byId("import-mapping").value = JSON.stringify(report.mapping, null, 2);
  byId("import-mapped").hidden = !byId("import-mapping").value.trim();
}

/** @param {string} text @param {...Node} more */
function say(text, ...more) {
  byId("import-said").replaceChildren(make("p", {}, ...sentence(text)), ...more);
}
