// @ts-check
/** The sources that a statement gives. */

import { make, outward } from "../look/element.js";
import { dateWords } from "../words/dates.js";

/** @param {import("../state/statement").Source} source */
export function source({ title, publisher, url, archive_url, quote, locator, published, sha256, retrieved_at }) {
  const about = [publisher, published && dateWords(published, null), locator].filter(Boolean).join(" · ");
  const links = [outward(url, "Original"), outward(archive_url, "Archived copy")];
  return make(
    "li",
    { class: "source" },
    make("p", {}, make("b", { dir: "auto", text: title })),
    about && make("p", { class: "kind", dir: "auto", text: about }),
    quote && make("blockquote", { dir: "auto", text: `“${quote}”` }),
    links.some(Boolean) && make("p", {}, links[0], links[0] && links[1] ? " · " : null, links[1]),
    retrieved_at && make("p", { class: "kind", text: `retrieved ${retrieved_at}` }),
    sha256 && make("p", { class: "original", text: `SHA-256 ${sha256}` }),
  );
}
