// @ts-check
/** The report of an import, for people: counts, the first rows, and what would be lost. */

import { make, sentence, words } from "../look/element.js";
import { aloneWords, fieldChange, fieldWords } from "../parts/field_change.js";
import { speakerWords } from "../parts/speakers.js";

/** Changed rows, and statements whose rows are gone, that are shown before the others. */
const OPEN = 10;

/** @param {any} report @returns {string} */
export function counts(report) {
  const parts = [
    [report.new, "new"],
    [report.changed, "changed"],
    [report.same, "the same"],
    [report.refused, "refused"],
    [report.missing, "not in the file"],
  ];
  return parts.map(([count, what]) => `${Number(count).toLocaleString("en")} ${what}`).join(", ");
}

/**
 * @param {any} report
 * @param {{rows: number, link: string}} refused the file of refused rows: how many it has, and where it is
 * @returns {HTMLElement[]}
 */
export function shown(report, refused) {
  const parts = [
    changed(report),
    missing(report),
    rows(report.rows),
    remarks("Refused", report.reasons, counted(report), ...taken(refused, report.refused)),
    remarks("Look at these", report.warnings, counted(report)),
    columns(report.columns),
  ];
  return parts.flatMap((part) => (part === null ? [] : [part]));
}

/**
 * @param {import("../controls/field_fault.js").Fault[]} errors of a mapping or of a file
 * @returns {HTMLElement} each with its place within the mapping, if it has one
 */
export function faults(errors) {
  const items = errors.map(({ path, message }) => {
    const place = ["", "/mapping", "/file"].includes(path) ? [] : [make("code", { text: dotted(path) }), ": "];
    return make("li", {}, ...place, ...sentence(message));
  });
  return make("ul", {}, ...items);
}

/** @param {any} report */
function changed(report) {
  const at = counted(report).replace(/^./, (letter) => letter.toUpperCase());
  const items = report.changed_rows.map((/** @type {any} */ row) => {
    const fields = row.fields.map((/** @type {any} */ field) => make("li", {}, fieldChange({ ...field, path: dotted(field.path) })));
    return make("li", { "data-testid": "import-changed" }, words(`${at} ${row.line}, ${row.key ?? row.id}`), make("ul", {}, ...fields));
  });
  return listed(report.dry_run ? "Rows that change" : "Rows that changed", items, report.changed);
}

/** @param {any} report */
function missing(report) {
  const items = report.missing_statements.map((/** @type {any} */ one) =>
    make("li", { "data-testid": "import-missing" }, words(`${one.key ?? one.id}: ${one.text}`)),
  );
  return listed("Statements whose rows are not in the file", items, report.missing);
}

/** @param {string} title @param {HTMLElement[]} items @param {number} count of all, of which a report names no more than a hundred */
function listed(title, items, count) {
  if (!items.length) return null;
  const [first, others] = [items.slice(0, OPEN), items.slice(OPEN)];
  const more = count - items.length ? `, and ${(count - items.length).toLocaleString("en")} that are not named` : "";
  const rest = count > first.length ? [make("details", {}, make("summary", { text: `${others.length} more${more}` }), make("ul", {}, ...others))] : [];
  return make("section", {}, make("h3", { text: title }), make("ul", {}, ...first), ...rest);
}

/** @param {string} pointer a JSON Pointer @returns {string} its names, joined by points */
function dotted(pointer) {
  const steps = pointer.split("/").slice(1);
  return steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~")).join(".");
}

/** @param {any[]} statements */
function rows(statements) {
  if (!statements.length) return null;
  const items = statements.map((statement) => {
    const speakers = speakerWords({ by: null, with: [], on: null, via: [], ...statement.said });
    const said = words(`${speakers}: ${statement.text}`);
    return make("li", { "data-testid": "import-row" }, make("div", {}, said), make("small", {}, words(further(statement))));
  });
  return make("section", {}, make("h3", { text: "The first rows as statements" }), make("ol", {}, ...items));
}

/** @param {any} statement as it would be recorded @returns {string} all of it but who said what */
function further(statement) {
  const { id: _id, text: _text, said, ...others } = statement;
  const { by: _by, with: _with, ...rest } = said ?? {};
  const inSaid = Object.entries(rest).map(([name, value]) => /** @type {[string, any]} */ ([`said.${name}`, value]));
  const fields = [...inSaid, ...Object.entries(others)].filter(([, value]) => holds(value));
  return fields.map(([name, value]) => `${fieldWords(name)}: ${aloneWords(name, value)}`).join(" · ");
}

/** @param {any} value @returns {boolean} */
function holds(value) {
  return value !== null && value !== undefined && (typeof value !== "object" || Object.keys(value).length > 0);
}

/**
 * What to do with refused rows; nothing if none are kept.
 * @param {{rows: number, link: string}} refused @param {number} count of all refused rows
 */
function taken({ rows, link }, count) {
  if (!rows) return [];
  const which = rows < count ? `the first ${rows.toLocaleString("en")} refused rows` : rows === 1 ? "the refused row" : `the ${rows.toLocaleString("en")} refused rows`;
  const file = make("a", { href: link, download: "", "data-testid": "import-refused", text: `Download ${which}` });
  return [make("p", {}, file, ", each with its reason. Mend them there, and import that file.")];
}

/** @param {any} report @returns {string} what a line of it counts: lines, rows or records of the file */
function counted(report) {
  return report.file?.counts ?? "line";
}

/** @param {string} title @param {any[]} listed @param {string} unit @param {...Node} more */
function remarks(title, listed, unit, ...more) {
  if (!listed.length) return null;
  const items = listed.slice(0, 20).map((one) => {
    const where = one.column ? `${unit} ${one.line}, ${one.column}` : `${unit} ${one.line}`;
    const value = one.value ? ` (“${one.value}”)` : "";
    const times = one.rows === 1 ? "1 row" : `${one.rows} rows`;
    return make("li", { "data-testid": "import-reason" }, words(`${times}, first on ${where}${value}: `), ...sentence(`${one.reason} ${one.advice}`));
  });
  return make("section", {}, make("h3", { text: title }), make("ul", {}, ...items), ...more);
}

/** @param {Record<string, any>} losses */
function columns(losses) {
  const kinds = ["mapped", "rewritten", "dropped", "ignored"];
  const filled = Object.entries(losses).filter(([, loss]) => kinds.some((kind) => loss[kind]));
  if (!filled.length) return null;
  const head = make("tr", {}, ...["column", ...kinds, "for example"].map((name) => make("th", { scope: "col", class: kinds.includes(name) && "number", text: name })));
  const body = filled.map(([name, loss]) => {
    const example = loss.examples[0];
    const became = example ? `“${example.value}” is ${example.became === null ? "nothing" : `“${example.became}”`}` : "";
    return make(
      "tr",
      { "data-testid": "import-column", "data-dropped": String(loss.dropped) },
      make("th", { scope: "row" }, words(name)),
      ...kinds.map((kind) => make("td", { class: "number", text: loss[kind] || "" })),
      make("td", {}, words(became)),
    );
  });
  return make("section", {}, make("h3", { text: "What becomes of each column" }), make("table", {}, make("thead", {}, head), make("tbody", {}, ...body)));
}
