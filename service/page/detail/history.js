// @ts-check
/** The history of a statement: what was recorded about it, when, by whom and why. */

import { make, words } from "../look/element.js";
import { fieldChange } from "../parts/field_change.js";
import { recordedTime } from "../look/recorded_time.js";
import { statementLink } from "../parts/statement_link.js";

/** @typedef {import("../state/changes.js").Change} Change */

/** @type {Record<string, string>} */
const VERBS = {
  "statement.recorded": "Recorded",
  "statement.corrected": "Corrected",
  "statement.retracted": "Retracted",
  "statement.reinstated": "Reinstated",
  "statement.related": "Related",
  "statement.unrelated": "Relation removed",
  "statement.graded": "Graded",
  "statement.redacted": "Redacted",
};

/**
 * A list that loads its own items.
 * @param {string} id @param {() => Promise<Change[]>} load @param {(changes: Change[]) => void} loaded is given them too
 */
export function history(id, load, loaded) {
  const list = make("ol", { class: "history", "aria-busy": "true" });
  attempt(list, id, load, loaded);
  return list;
}

/** @param {HTMLElement} list @param {string} id @param {() => Promise<Change[]>} load @param {(changes: Change[]) => void} loaded */
async function attempt(list, id, load, loaded) {
  try {
    const changes = await load();
    list.replaceChildren(...changes.map((change) => item(id, change)));
    list.removeAttribute("aria-busy");
    loaded(changes);
  } catch (error) {
    const again = make("button", { type: "button", text: "Try again", on: { click: () => attempt(list, id, load, loaded) } });
    list.replaceChildren(make("li", { class: "kind" }, `The history could not be loaded. ${/** @type {Error} */ (error).message} `, again));
  }
}

/** @param {string} id @param {Change} change */
function item(id, { event, fields }) {
  const why = event.data?.reason ?? event.data?.note ?? null;
  return make(
    "li",
    { class: "event" },
    make(
      "details",
      {},
      make(
        "summary",
        {},
        make("b", { text: VERBS[event.type] ?? event.type }),
        ` at revision ${event.revision}`,
        event.author !== "anonymous" && make("span", {}, " by ", words(event.author)),
        ", ",
        recordedTime(event.recorded_at, "kind"),
      ),
      make("pre", { dir: "auto", text: content(event) }),
    ),
    target(id, event),
    ...fields.map((field) => make("p", {}, fieldChange(field))),
    why && make("p", { dir: "auto", class: "kind", text: `“${why}”` }),
  );
}

/**
 * The other statement of a relation; its text is shown with the relation, as long as that exists.
 * @param {string} id @param {import("../state/statement").LogEvent} event
 */
function target(id, { type, subject, data }) {
  if (!/related$/.test(type) || !data) return null;
  const from = subject.replace("statements/", "");
  const verb = ` ${data.relation.replace("-", " ")} `;
  const link = statementLink(from === id ? data.target : from, { most: type === "statement.related" ? 0 : Infinity });
  return make("p", { class: "kind" }, ...(from === id ? [`This${verb}`, link] : [link, `${verb}this`]));
}

/** @param {import("../state/statement").LogEvent} event as the log has it */
function content({ redacted, missing, data }) {
  if (redacted) return `Its text was redacted at revision ${redacted}.`;
  return missing ? "The log no longer has its text." : JSON.stringify(data, null, 1);
}
