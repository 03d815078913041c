// @ts-check
/** The document that signs a browser in, by a code in its address or by a key, and out. */

import { byId, sentence } from "../look/element.js";
import { one, root } from "../state/address.js";
import { Problem } from "../state/api.js";
import { me, signIn, signOut } from "./session.js";

/** The addresses that the reader may return to: the pages of this service. */
const PAGES = /^\/(?:t\/[^/?#\\]+)?(?:\?[^#\\]*)?$/;

/** The characters of the longest key or code. */
const LONGEST = 200;
const NO_KEY = "This is no key of this service, which has one line of at most 200 characters. Copy the whole key, and nothing else.";
const NO_CODE = "This is no link that signs in: its code has at most 200 characters. Open the link as it was sent, or ask for a new one.";

const status = byId("status");

/**
 * @param {() => Promise<any>} work
 * @param {(error: Problem) => string | null} [instead] what to say in place of the service, such as of what is no key at all
 */
async function trying(work, instead = () => null) {
  status.textContent = "One moment …";
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    status.replaceChildren(...sentence(instead(error) ?? error.message));
  }
}

/** @param {{key: string} | {code: string}} credentials */
function enter(credentials) {
  const [given, malformed] = "code" in credentials ? [credentials.code, NO_CODE] : [credentials.key, NO_KEY];
  const isWrong = (/** @type {Problem} */ { errors, status }) => errors.length > 0 || (status === 401 && given.length > LONGEST);
  return trying(async () => {
    await signIn(credentials);
    const to = one("to", "/");
    location.replace(root + (PAGES.test(to) ? to : "/"));
  }, (error) => (isWrong(error) ? malformed : null));
}

async function showWho() {
  const known = await me();
  status.textContent = known ? `You are signed in as ${known.name}.` : "";
  byId("sign-out").hidden = known === null;
}

byId("with-key").addEventListener("submit", (/** @type {Event} */ event) => {
  event.preventDefault();
  enter({ key: byId("key").value.trim() });
});
byId("sign-out").addEventListener("click", () =>
  trying(async () => {
    await signOut();
    await showWho();
  }),
);

/** @returns {boolean} whether the address has a code, which signs in */
function follow() {
  const code = location.hash.slice(1);
  if (!code) return false;
  // Remove the code from the address, which the history would keep.
  history.replaceState(null, "", location.pathname + location.search);
  enter({ code });
  return true;
}

addEventListener("hashchange", follow); // a link that is pasted where this document is open loads nothing
if (!follow()) trying(showWho);
