// @ts-check
/** The names of actors and sources for readers, in place of the spellings in statements. */

import * as address from "./address.js";
import { below, pages, Problem } from "./api.js";
import { record } from "./record.js";

/** @typedef {{id: string, name: string, aliases: string[], statements: number}} Actor */

/** Up to this many pages of actors are loaded; the others are shown as they are written. */
const MOST_PAGES = 20;
/** Milliseconds for which the names of a timeline with more than one page of actors are kept while it grows. */
const KEPT = 10_000;

/** @type {Map<string, string>} from each spelling to the actor's name */
let actors = new Map();
/** @type {Map<string, string>} from each source's id to its title */
let titles = new Map();
/** @type {Actor[]} */
let all = [];
let of = "";
let loadedAt = 0;
let long = false;
let whole = false;
/** @type {Promise<void>} */
let loading;
/** @type {Promise<void>} */
let rest = Promise.resolve();

/** @param {string} spelling */
const key = (spelling) => spelling.normalize("NFC").toLowerCase();

/**
 * Loads the names as of the moment and revision that the page shows: the first page of them, which for most
 * timelines is all.
 * @returns {Promise<void>}
 */
export function loadNames() {
  const moment = new URLSearchParams(address.moment()).toString();
  const wanted = `${record.revision} ${moment}`;
  const fresh = long && of.endsWith(` ${moment}`) && performance.now() - loadedAt < KEPT;
  if (of !== wanted && !fresh) [of, loading] = [wanted, load(wanted)];
  return loading;
}

/** Loads the names again, because a statement was redacted, and with it names that it alone had. */
export function forgetNames() {
  of = "";
  long = false;
}

/** Resolves when the pages after the first have been loaded, as far as they are loaded at all. */
export function restOfNames() {
  return rest;
}

/** Whether every actor is known. */
export function areNamesWhole() {
  return whole;
}

/** @param {string} wanted */
async function load(wanted) {
  const lists = ["/actors", "/sources"].map((path) => pages(below(path), { ...address.moment(), limit: "500" }));
  try {
    const [some, sources] = (await Promise.all(lists.map((list) => list.next()))).map(({ value }) => value?.body);
    if (of !== wanted) return;
    long = some.next !== null;
    whole = !long;
    keep(some.items, sources.items);
    rest = long || sources.next !== null ? others(wanted, lists, [some.items, sources.items]) : Promise.resolve();
  } catch (error) {
    if (of === wanted) of = "";
    throw error;
  }
}

/**
 * Loads the pages after the first. If one cannot be read, unknown names stay as they are written.
 * @param {string} wanted @param {AsyncGenerator<import("./api.js").Answer, void, void>[]} lists @param {any[][]} found
 */
async function others(wanted, lists, found) {
  try {
    for (const [at, list] of lists.entries()) {
      let count = 1;
      for await (const { body } of list) {
        found[at] = [...found[at], ...body.items];
        count += 1;
        if (at === 0) whole = body.next === null;
        if (count === MOST_PAGES || of !== wanted) break;
      }
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
  if (of === wanted) keep(found[0], found[1]);
}

/** @param {Actor[]} some @param {{id: string, title: string}[]} sources */
function keep(some, sources) {
  all = some;
  actors = new Map(some.flatMap(({ id, name, aliases }) => [id, name, ...aliases].map((s) => [key(s), name])));
  titles = new Map(sources.map(({ id, title }) => [id, title]));
  loadedAt = performance.now();
}

/** @param {string} spelling as a statement wrote it @returns {string} */
export function actorName(spelling) {
  return actors.get(key(spelling)) ?? spelling;
}

/** @param {string} id @returns {string} the source's title; its id where that is all that is known */
export function sourceTitle(id) {
  return titles.get(id) ?? id;
}

/** @returns {Actor[]} those who said something, the one with the most statements first */
export function speakers() {
  return all.filter(({ statements }) => statements > 0).sort((a, b) => b.statements - a.statements);
}
