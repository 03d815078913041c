// @ts-check
/** The corner of a page for the reader's session: a link to sign in, or the name and a button to sign out. */

import { byId, make } from "../look/element.js";
import { path, root, watch } from "../state/address.js";
import { Problem } from "../state/api.js";
import { me, signOut } from "./session.js";

let told = false;

/** Shows who the reader is, once. If that request fails, the corner stays empty until the next call: other parts report it. */
export async function start() {
  if (told) return;
  try {
    const known = await me();
    told = true;
    byId("who").replaceChildren(...(known === null ? [way("Sign in", "sign-in")] : [name(known), out()]));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}

/**
 * A link to the sign-in page, which leads back to the present view.
 * @param {string} text @param {string} id for tests
 */
export function way(text, id) {
  const link = make("a", { "data-testid": id, text });
  const lead = () => (link.href = `${root}/sign-in?to=${encodeURIComponent(path + location.search)}`);
  watch(lead);
  lead();
  return link;
}

/** @param {import("./session.js").Me} known */
function name({ name: shown, principal }) {
  return make("span", { title: principal, dir: "auto", text: shown });
}

function out() {
  const button = make("button", { type: "button", "data-testid": "sign-out", text: "Sign out" });
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await signOut();
      location.reload();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      button.disabled = false;
    }
  });
  return button;
}
