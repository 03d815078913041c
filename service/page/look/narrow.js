// @ts-check
/** Whether the window is too narrow to show list and detail side by side; the styles use the same width. */

export const narrow = matchMedia("(max-width: 63.99rem)");
