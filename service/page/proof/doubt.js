// @ts-check
/** A reason why a statement could not be verified, in words that continue "not verified: ". */

export class Doubt extends Error {}
