// @ts-check
/** A fact-check's verdict on its own scale. */

/** @param {{label: string, value: string | null, best: string | null, worst: string | null}} rating @returns {string} */
export function ratingWords({ label, value, best, worst }) {
  const ends = [worst !== null && `${worst} is the worst`, best !== null && `${best} is the best`].filter(Boolean).join(", ");
  const scale = ends && `where ${ends}`;
  const rest = [value, scale].filter(Boolean).join(", ");
  return rest ? `${label} (${rest})` : label;
}
