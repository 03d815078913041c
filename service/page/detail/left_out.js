// @ts-check
/** A note if the filters leave the statement in the detail out of the list, with a button that shows it there. */

import { make } from "../look/element.js";
import * as address from "../state/address.js";
import { isListed } from "../state/record.js";

/** @typedef {import("../state/statement").Statement} Statement */

let counting = 0;

/** @param {Statement} statement @param {() => void} then is called when the filters were removed, and with them the button */
export function leftOut(statement, then) {
  const without = make("button", { type: "button", text: "Remove the filters" });
  without.addEventListener("click", () => {
    address.go(address.UNFILTERED);
    then();
  });
  const box = make("p", { class: "left-out", "data-testid": "left-out", hidden: true }, make("span"), without);
  return { box, tell: () => tell(box, statement) };
}

/**
 * Shows the note, once it is known whether it is needed.
 * @param {HTMLElement} box @param {Statement} statement
 */
async function tell(box, statement) {
  const mine = ++counting;
  const filtered = address.isFiltered() && address.one("compare") === "";
  const listed = !filtered || (await isListed(statement));
  if (mine !== counting) return;
  box.hidden = listed === true;
  const words = listed === false ? "leave this statement out of the list." : "may leave this statement out of the list, which is too long to tell.";
  box.firstElementChild?.replaceChildren(`The filters ${words}`);
}
