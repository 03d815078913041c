// @ts-check
/** A link that changes what the page shows, without loading it again; in a new tab if the reader holds a key for that. */

import * as address from "../state/address.js";
import { make } from "./element.js";

/**
 * @param {Record<string, string | null>} changes of the address @param {Node | string} text
 * @param {() => void} [then] is called when the link was followed here
 */
export function addressLink(changes, text, then) {
  const link = make("a", { href: address.changed(changes) }, text);
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    address.go(changes);
    then?.();
  });
  return link;
}
