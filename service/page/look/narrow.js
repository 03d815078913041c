// @ts-check
/** Whether the window is too small to show list and detail side by side; the styles use the same sizes. */

import { embedded } from "../state/address.js";

export const narrow = matchMedia(embedded ? "(max-width: 63.99rem), (max-height: 39.99rem)" : "(max-width: 63.99rem)");
