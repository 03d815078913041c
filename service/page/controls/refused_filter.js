// @ts-check
/** What stays of the page where the service refuses a filter: the controls by which the reader goes on. */

import { Problem, withAllFaults } from "../state/api.js";
import { record } from "../state/record.js";
import * as facetChoices from "./facet_choices.js";
import { refusedFilters } from "./field_fault.js";
import * as moment from "./moment.js";

/** @typedef {{head: any, known: any}} Timelines as it is now, and as of the moment; null where they are not known */

/**
 * Reads. Where a filter is refused, the facets count what the others select, and the strip of recording shows the moment.
 * What else is refused is told with it.
 * @param {() => Promise<void>} act @param {() => Timelines} timelines @param {(head: any) => Promise<void>} strip shows it
 * @param {() => Promise<unknown>} beside what is asked beside the filters
 */
export async function keeping(act, timelines, strip, beside) {
  try {
    await act();
  } catch (first) {
    const error = await withAllFaults(first, () => [beside()]);
    if (error instanceof Problem && !error.passing && error.errors.length > 0) await show(refusedFilters(error.errors), timelines(), strip);
    throw error;
  }
}

/** @param {string[]} refused parameters @param {Timelines} timelines @param {(head: any) => Promise<void>} strip */
async function show(refused, { head, known }, strip) {
  if (known === null || refused.includes("as_of")) return;
  record.asOf = moment.isPinned() ? { revision: known.revision, recorded_at: known.updated_at } : null;
  moment.show(head.revision, record.asOf, head.updated_at);
  try {
    await Promise.all([facetChoices.show(refused), strip(head)]);
  } catch (error) {
    if (!(error instanceof Problem)) throw error; // why they are alone is what is reported
  }
}
