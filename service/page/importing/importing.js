// @ts-check
/** Importing a file: it is tried first, its mapping can be changed, and then it is loaded, or proposed if the reader may only propose. */

import { me, rolesHere } from "../account/session.js";
import { way } from "../account/who.js";
import { byId, make, sentence, words } from "../look/element.js";
import { ask, below, Problem, send } from "../state/api.js";
import { counts, faults, shown } from "./report.js";

const PAUSE = 300;
const OVER = ["done", "failed"];
/** Roles that may import, or propose what a file has. */
const IMPORTING = ["contributor", "writer", "editor", "admin"];

/** @type {File | null} */
let file = null;
/** The number of the latest attempt: answers to earlier ones are not shown. */
let latest = 0;
/** @type {string | null} the mapping that the shown trial was made by, as the field has it; null if nothing that could be loaded is shown */
let tried = null;
/** @type {() => (() => void) | null} */
let toProposals;
/** @type {() => void} */
let loaded;
/** @type {Promise<boolean> | null} whether the reader may import, or propose what a file has */
let met = null;

/**
 * Opens the dialog by its button, and for a file that is dropped anywhere on the page; not within another site.
 * @param {() => (() => void) | null} proposals what shows the reader their own proposals; null for one who has none to see
 * @param {() => void} after is called once a file was loaded, or proposed, even in part
 */
export function start(proposals, after) {
  [toProposals, loaded] = [proposals, after];
  if (document.documentElement.classList.contains("embed")) return;
  byId("import").addEventListener("click", open);
  byId("import-file").addEventListener("change", () => choose(byId("import-file").files[0] ?? null));
  byId("import-again").addEventListener("click", () => run(true));
  byId("import-guess").addEventListener("click", () => {
    byId("import-mapping").value = "";
    run(true, true);
  });
  byId("import-load").addEventListener("click", () => run(false));
  byId("import-mapping").addEventListener("input", offer);
  byId("import-close").addEventListener("click", () => byId("importing").close());
  addEventListener("dragover", over);
  addEventListener("dragleave", () => byId("import-drop").classList.remove("over"));
  addEventListener("drop", drop);
}

function open() {
  byId("importing").showModal();
  met ??= meet();
  met.catch(() => (met = null)); // the next one who opens it asks again
}

/** Says to a reader who may not import what it takes, in place of the field for a file. */
async function meet() {
  const [known, roles] = [await me(), await rolesHere()];
  const free = roles.some((role) => IMPORTING.includes(role));
  const held = byId("import-drop").contains(document.activeElement); // the dialog opened with the focus in what goes now
  byId("import-drop").hidden = !free;
  byId("import-who").hidden = free;
  if (!free) byId("import-who").replaceChildren(...(known ? only(known.name) : [way("Sign in to import", "import-sign-in"), " a file: you are not signed in."]));
  if (!free && held) (byId("import-who").querySelector("a") ?? byId("import-close")).focus();
  return free;
}

/** @param {string} name of a reader who is signed in */
const only = (name) => ["Signed in as ", words(name), ", you may read this timeline, but not add to it. Who administers this service can give you the right to propose or to write."];

/** @param {DragEvent} event */
function over(event) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  if (!byId("importing").open) open();
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
async function choose(chosen) {
  if ((await met?.catch(() => true)) === false) return;
  file = chosen;
  byId("import-again").disabled = file === null;
  byId("import-mapping").value = "";
  byId("import-mapped").hidden = true;
  byId("import-guess").hidden = true;
  withdraw();
  if (file) return run(true);
  latest += 1;
  byId("import-said").replaceChildren();
}

/**
 * Tries the file, or loads it.
 * @param {boolean} dry
 * @param {boolean} [guess] whether a new mapping is made, whatever the last import was read by
 */
async function run(dry, guess = false) {
  if (!file) return;
  const number = ++latest;
  say(dry ? `Trying ${file.name} …` : `Loading ${file.name} …`);
  withdraw();
  const mapping = mappingText();
  try {
    const state = await finished(await order(file, mapping, dry, guess), number);
    if (state !== null) show(state, mapping, dry);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (number !== latest) return;
    if (error.errors.length === 0) return say(error.message);
    say(mapping ? "The mapping cannot be used. Correct it and try again." : "The file cannot be imported.", faults(error.errors));
  }
}

const mappingText = () => byId("import-mapping").value.trim();

/** Removes what is shown of an earlier attempt, and does not offer to load it. */
function withdraw() {
  byId("import-report").replaceChildren();
  tried = null;
  offer();
}

/** Offers to load what is shown, unless the field has another mapping by now. */
function offer() {
  const changed = tried !== null && mappingText() !== tried;
  byId("import-load").disabled = tried === null || changed;
  byId("import-untried").textContent = changed ? "The mapping was changed: what is shown above is of the one before. Try again, then load." : "";
}

/** @param {File} sent @param {string} mapping empty for none @param {boolean} dry @param {boolean} guess @returns {Promise<string>} the id of the import */
async function order(sent, mapping, dry, guess) {
  const form = new FormData();
  form.set("file", sent, sent.name);
  if (mapping) form.set("mapping", mapping);
  if (guess) form.set("guess", "true");
  return (await send(below(`/imports${dry ? "?dry_run=true" : ""}`), form)).body.import;
}

/**
 * The import, once it is over; null if another one was started meanwhile.
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

/** @param {any} state @param {string} mapping what it was read by, as it was sent @param {boolean} dry */
function show(state, mapping, dry) {
  if (!dry) loaded();
  if (state.state === "failed") {
    say(state.problem);
    return;
  }
  const report = state.report;
  const did = dry ? "Would be" : report.proposals.length ? "Proposed" : "Loaded";
  const notes = (report.file?.notes ?? []).map((/** @type {string} */ note) => make("p", {}, ...sentence(note)));
  say(`${did}: ${counts(report)}.`, ...(report.proposals.length ? waiting(report.proposals) : []), ...notes);
  byId("import-report").append(...shown(report, { rows: state.refused_rows, link: below(`/imports/${state.import}/refused`) }));
  if (!dry) return;
  const used = mapping || (report.mapping ? JSON.stringify(report.mapping, null, 2) : "");
  if (!mappingText()) byId("import-mapping").value = used;
  if (report.new + report.changed + report.same > 0) tried = used;
  byId("import-guess").hidden = !report.mapping_of && byId("import-guess").hidden;
  byId("import-mapped").hidden = !used;
  offer();
}

/**
 * What happens to a file that the reader may only propose, with a link to the proposals.
 * @param {string[]} ids of the proposals that the rows became
 */
function waiting(ids) {
  const many = ids.length === 1 ? "one proposal waits" : `${ids.length.toLocaleString("en")} proposals wait`;
  const told = make("p", { text: `Nothing of it is on the timeline yet: ${many} for an editor.` });
  const show = toProposals();
  if (show === null) return [told, make("p", { text: `You are not signed in, so keep what an editor finds it by: ${ids.join(", ")}` })];
  const go = () => {
    byId("importing").close();
    show();
  };
  return [told, make("p", {}, make("button", { type: "button", "data-testid": "import-proposals", text: "Show your proposals", on: { click: go } }))];
}

/** @param {string} text @param {...Node} more */
function say(text, ...more) {
  byId("import-said").replaceChildren(make("p", {}, ...sentence(text)), ...more);
}
