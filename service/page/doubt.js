// @ts-check
/** What stands against a statement, in words. */

export class Doubt extends Error {}
