// @ts-check
/** The sources that a statement gives. */

import { make, outward } from "../look/element.js";
import { highlighted } from "../parts/highlighted.js";
import { dateWords } from "../words/dates.js";

/** @param {import("../state/statement").Source} source @param {import("../words/matches.js").Term[]} terms what is sought */
export function source({ title, publisher, url, archive_url, quote, locator, published, sha256, retrieved_at }, terms) {
  const about = [publisher !== title && publisher, published && dateWords(published, null), locator].filter(Boolean).join(" · ");
  const links = [outward(url, "Original"), outward(archive_url, "Archived copy")];
  return make(
    "li",
    { class: "source" },
    make("p", {}, make("b", { dir: "auto" }, ...highlighted(title, terms))),
    about && make("p", { class: "kind", dir: "auto", text: about }),
    quote && make("blockquote", { dir: "auto" }, "“", ...highlighted(quote, terms), "”"),
    links.some(Boolean) && make("p", {}, links[0], links[0] && links[1] ? " · " : null, links[1]),
    retrieved_at && make("p", { class: "kind", text: `retrieved ${retrieved_at}` }),
    sha256 && make("p", { class: "original", text: `SHA-256 ${sha256}` }),
  );
}
