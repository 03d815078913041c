// @ts-check
/** Making elements. Text is always set as text and never parsed as markup. */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [given] attributes; `on` maps events to listeners, `text` is the content;
 *   null and false are left out
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") element.textContent = String(value);
    else if (name === "on") {
      for (const [event, heard] of Object.entries(value)) {
        element.addEventListener(event, /** @type {EventListener} */ (heard));
      }
    } else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(.../** @type {(Node | string)[]} */ (children.filter(Boolean)));
  return element;
}

/**
 * The element of the document with that id.
 * @param {string} id
 * @returns {any}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The document has no #${id}.`);
  return found;
}

/**
 * Text from a statement: the browser takes its direction from the text itself.
 * @param {string} text
 * @param {string} [className]
 * @param {string | null} [language] BCP 47
 */
export function words(text, className, language = null) {
  return make("span", { class: className, dir: "auto", lang: language, text });
}

/**
 * A sentence of the service: what it sets between backticks is code.
 * @param {string} text @returns {Node[]}
 */
export function sentence(text) {
  return text.split("`").map((part, at) => (at % 2 ? make("code", { text: part }) : document.createTextNode(part)));
}

/**
 * A link to another site; null unless the URL is http or https.
 * @param {string | null} url
 * @param {string} text
 */
export function outward(url, text) {
  if (!url || !/^https?:\/\//i.test(url)) return null;
  return make("a", { href: url, rel: "noopener noreferrer nofollow", target: "_blank", text });
}
