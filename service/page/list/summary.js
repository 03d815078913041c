// @ts-check
/** A summary in words: how many statements, by whom, about when, what is disputed, what was corrected. */

import { addressLink } from "../look/address_link.js";
import { byId, make, words } from "../look/element.js";
import { focusOn } from "../look/in_sight.js";
import * as address from "../state/address.js";
import { Problem } from "../state/api.js";
import { redactions } from "../state/changes.js";
import { correctedCount, facets, mostBy } from "../state/facets.js";
import { firstRecording } from "../state/moments.js";
import { record } from "../state/record.js";
import { MONTHS, yearWords } from "../words/dates.js";
import { civil, laterWords } from "../words/instant.js";
import { scopeOf } from "./scope.js";

/** @typedef {import("./scope.js").Scope} Scope */
/** @typedef {import("./scope.js").Speaker} Speaker */

/** The most speakers that are named: those with the most statements. */
const FEW = 3;
/** The most characters of a name; the rows have the whole name. */
const LONG = 40;
/** Of a time that is longer than so many years, no months are named. */
const DECADES = 30;

const box = byId("summary");
let counting = 0;
/** @type {import("../state/changes.js").Redaction[]} of the timeline, as they were last known */
let gone = [];
/** The timeline's last revision, with which what is shown was read: of a later redaction it knows nothing. */
let last = 0;

/**
 * Shows what the filters select, or all of the timeline, as of the moment.
 * @param {import("./scope.js").Timeline} timeline @param {number} head its last revision
 */
export async function show(timeline, head) {
  const mine = ++counting;
  last = head;
  document.documentElement.classList.toggle("blank", timeline.statements === 0);
  const parts = await (timeline.statements === 0 ? nothing() : something(timeline));
  if (mine !== counting) return;
  const all = () => {
    const lost = lostBy(timeline);
    return [...parts(lost.length > 0), ...redacted(lost, timeline, head)];
  };
  put(all());
  const found = await redactions(head).catch((error) => {
    if (!(error instanceof Problem)) throw error;
    return gone; // the log may be away
  });
  if (mine !== counting) return;
  gone = found;
  put(all());
}

/** @param {{revision: number}} timeline as of the moment @returns {import("../state/changes.js").Redaction[]} what was on record, and is redacted, as far as that is known */
export const lostBy = ({ revision }) => gone.filter((each) => each.since <= revision && each.revision <= last);

/** @param {(Node | string)[]} parts */
function put(parts) {
  const fresh = make("p", {}, ...parts);
  if (fresh.innerHTML !== box.innerHTML) box.replaceChildren(...fresh.childNodes); // what has the focus keeps it
}

/** @param {import("./scope.js").Timeline} timeline @returns {Promise<() => (Node | string)[]>} what the summary says of the statements */
async function something(timeline) {
  const question = address.question();
  const asked = address.isFiltered() && !record.whole ? mostBy(question, FEW) : null;
  const [counts, fixed, most] = await Promise.all([facets(question), correctedCount(question), asked]);
  const standings = new Map(counts.standings.map(({ value, count }) => [value, count]));
  return () => {
    const scope = scopeOf(timeline, most);
    const rest = scope.statements ? [". ", ...contested(scope, standings), ". ", taken(scope, fixed, standings.get("retracted") ?? 0)] : ["."];
    return [...opening(scope), ...rest];
  };
}

/**
 * How many were redacted of what was on record, with the way to them: they are gone for moments before that, too.
 * @param {import("../state/changes.js").Redaction[]} lost @param {import("./scope.js").Timeline} timeline @param {number} head its last revision
 */
function redacted(lost, { revision, statements }, head) {
  if (lost.length === 0) return [];
  const late = lost.filter((each) => each.revision > revision);
  const when = late.length === 0 ? "" : ` ${late.length < lost.length ? "by now" : "later"}, the last at revision ${late[late.length - 1].revision} of ${head}`;
  const way = link({ as_of: null, compare: String(lost[0].revision - 1) }, `${many(lost.length, statements ? "other" : "statement")} ${were(lost.length)} redacted${when}`);
  return [address.isFiltered() && statements ? " Of the whole timeline, " : " ", way, "."];
}

/**
 * What the summary says if nothing is on record; at an earlier moment, when the first statement was recorded.
 * @returns {Promise<(lost: boolean) => (Node | string)[]>} `lost`: whether something was, and is redacted
 */
async function nothing() {
  const first = address.one("as_of") ? await firstRecording() : null;
  return (lost) => {
    if (!address.one("as_of")) return [`There are no statements ${lost ? "any more" : "yet"}.`];
    if (!first) return [lost ? "There are no statements." : "Nothing was on record yet, and nothing is now."];
    const way = link({ as_of: first.moment }, `The first statement was recorded on ${laterWords(first.time, address.one("as_of"))}`);
    return [`Nothing ${lost ? "that is left " : ""}was on record yet. `, way, ", whatever had been said before."];
  };
}

/** @param {Scope} scope */
function opening({ statements, of, ends, ...who }) {
  const parts = [...number(statements, of), ...by(who).map(node)];
  const when = period(ends);
  if (when) parts.push(node(`, about ${when}`));
  return parts;
}

/** @param {Pick<Scope, "speakers" | "more" | "others">} who @returns {(Node | string)[]} who said it; nothing where that is not known */
function by({ speakers, more, others = 0 }) {
  const count = speakers?.length ?? 0;
  if (!speakers || count === 0) return [];
  if (more) return [` by more than ${count.toLocaleString("en")} speakers`];
  if (count <= FEW && !others) return [" by ", ...list(speakers)];
  const counted = others ? [] : [" by ", make("b", { text: many(count, "speaker") })];
  const most = speakers[0].statements > Math.max(others, speakers[FEW]?.statements ?? 0);
  return [...counted, ", ", most ? "most by " : others ? "some by " : "among them ", ...list(speakers.slice(0, FEW))];
}

/** @param {number} statements @param {number} of @returns {Node[]} how many; of a part of them also of how many, which leads to all */
function number(statements, of) {
  if (!address.isFiltered()) return [make("b", { text: many(statements, "statement") })];
  return [make("b", { text: statements ? statements.toLocaleString("en") : "None" }), node(" of "), link(address.UNFILTERED, many(of, "statement"))];
}

/** @param {Node | string} part @returns {any} */
const node = (part) => (typeof part === "string" ? document.createTextNode(part) : part);

/** @param {Speaker[]} who @returns {(Node | string)[]} */
function list(who) {
  return who.flatMap((each, at) => [at === 0 ? "" : at === who.length - 1 ? " and " : ", ", speaker(each)]);
}

/** @param {Speaker} speaker a link to what they said */
function speaker({ name }) {
  const letters = [...name];
  const made = link({ by: name }, words(letters.length > LONG ? `${letters.slice(0, LONG).join("").trimEnd()}…` : name));
  if (letters.length > LONG) made.title = name;
  return made;
}

/** @param {Scope} scope @param {Map<string, number>} standings */
function contested(scope, standings) {
  const [disputed, corroborated] = [standings.get("disputed") ?? 0, standings.get("corroborated") ?? 0];
  if (disputed + corroborated === 0) return ["None is disputed by another"];
  /** @type {(Node | string)[]} */
  const parts = [disputed ? some(scope, { standing: "disputed" }, disputed, `${are(disputed)} disputed`) : "None is disputed"];
  if (corroborated) parts.push(", ", some(scope, { standing: "corroborated" }, corroborated, `${are(corroborated)} corroborated by others`));
  return parts;
}

/** @param {Scope} scope @param {number} fixed how many were corrected @param {number} retracted */
function taken(scope, fixed, retracted) {
  if (fixed + retracted === 0) return "None was corrected or retracted.";
  const first = fixed ? some(scope, { corrected: "true" }, fixed, `${were(fixed)} corrected`) : "None was corrected";
  const second = retracted ? some(scope, { standing: "retracted" }, retracted, `${were(retracted)} retracted`) : "none was retracted";
  return make("span", {}, first, ", ", second, ".");
}

/**
 * How many of what is shown; a link to those, unless that is all of it.
 * @param {Scope} scope @param {Record<string, string>} filter @param {number} count @param {string} what
 */
function some({ statements }, filter, count, what) {
  const text = `${count.toLocaleString("en")} ${what}`;
  return count === statements ? text : link(filter, text);
}

/** @param {Record<string, string | null>} filter @param {Node | string} text */
function link(filter, text) {
  return addressLink(filter, text, () => focusOn(byId("list"))); // the link itself is gone when the answer is there
}

/** @param {number} count @param {string} noun */
const many = (count, noun) => `${count.toLocaleString("en")} ${count === 1 ? noun : `${noun}s`}`;

/** @param {number} count */
const are = (count) => (count === 1 ? "is" : "are");

/** @param {number} count */
const were = (count) => (count === 1 ? "was" : "were");

/** @param {(number | null)[]} ends seconds @returns {string} a day, or in whole years or months from when to when; empty if that is not known */
function period([first, last]) {
  if (first == null || last == null) return "";
  const [[year, month, day], [lastYear, lastMonth, lastDay]] = [civil(first), civil(last)];
  const whole = month === 1 && day === 1 && lastMonth === 12 && lastDay === 31;
  const far = lastYear - year > DECADES; // of so long a time a month says nothing
  const name = (/** @type {number} */ y, /** @type {number} */ m) => (whole || far || Math.abs(y) > 9999 ? yearWords(y) : `${MONTHS[m - 1]} ${yearWords(y)}`);
  const [from, to] = [name(year, month), name(lastYear, lastMonth)];
  if (from !== to) return `${from} to ${to}`;
  return day === lastDay && month === lastMonth && !whole && Math.abs(year) <= 9999 ? `${day} ${from}` : from;
}
