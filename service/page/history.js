// @ts-check
/** The events of one statement: what was recorded about it, when and by whom. */

import { ask, below } from "./api.js";
import { make, words } from "./element.js";
import { inZone, original } from "./instant.js";

/** @type {Record<string, string>} */
const VERBS = {
  "statement.recorded": "Recorded",
  "statement.corrected": "Corrected",
  "statement.retracted": "Retracted",
  "statement.related": "Related",
  "statement.unrelated": "Relation taken back",
  "statement.graded": "Graded",
  "statement.redacted": "Redacted",
};

/**
 * A list that fills itself.
 * @param {string} id @param {Record<string, string>} query the moment, where it is pinned
 */
export function history(id, query) {
  const list = make("ol", { class: "history", "aria-busy": "true" });
  fill(list, id, query).catch((error) => {
    list.append(make("li", { class: "kind", text: `The history could not be read. ${error.message}` }));
  });
  return list;
}

/** @param {HTMLElement} list @param {string} id @param {Record<string, string>} query */
async function fill(list, id, query) {
  const path = below(`/statements/${encodeURIComponent(id)}/history`);
  let { body } = await ask(path, { ...query, limit: "200" });
  list.append(...body.items.map(item));
  while (body.next) {
    ({ body } = await ask(path, { cursor: body.next }));
    list.append(...body.items.map(item));
  }
  list.removeAttribute("aria-busy");
}

/** @param {import("./statement").LogEvent} event */
function item(event) {
  const { recorded_at: time, data } = event;
  const why = data?.reason ?? data?.note ?? null;
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
        ` at revision ${event.revision} by `,
        words(event.author),
        make("time", { datetime: time, class: "kind", text: `${inZone(time)} ` }, make("span", { class: "original", text: ` ${original(time)}` })),
      ),
      make("pre", { dir: "auto", text: content(event) }),
    ),
    target(event),
    why && make("p", { dir: "auto", class: "kind", text: `“${why}”` }),
  );
}

/** @param {import("./statement").LogEvent} event */
function target({ type, subject, data }) {
  if (!/related$/.test(type) || !data) return null;
  return make("p", { class: "kind", text: `${subject.replace("statements/", "")} ${data.relation} ${data.target}` });
}

/** @param {import("./statement").LogEvent} event */
function content({ redacted, missing, data }) {
  if (redacted) return `Its text was taken out at revision ${redacted}.`;
  return missing ? "The log has lost its data." : JSON.stringify(data, null, 1);
}
