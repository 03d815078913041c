// @ts-check
/** The title and the description of the timeline, as of the moment that is shown; a description whose end is cut opens. */

import { byId } from "../look/element.js";

const LONG_TITLE = 60; // characters: of more, the letters are smaller; as in opening.py

const about = byId("description");

export function start() {
  about.addEventListener("click", toggle);
  about.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    toggle();
  });
  new ResizeObserver(offer).observe(about);
}

/** Opens the description, or closes it. */
function toggle() {
  if (about.role && !getSelection()?.toString()) about.ariaExpanded = String(about.ariaExpanded !== "true");
}

/** Makes a button of the description where its end is cut, and a text where it is whole. */
function offer() {
  if (about.ariaExpanded === "true") return;
  const cut = about.scrollHeight > about.clientHeight + 1;
  about.role = cut ? "button" : null;
  about.ariaExpanded = cut ? "false" : null;
  if (cut) about.tabIndex = 0;
  else about.removeAttribute("tabindex");
}

/** @param {{title: string, description: string | null, language: string}} timeline */
export function show({ title, description, language }) {
  byId("title").textContent = title;
  byId("title").classList.toggle("long", title.length > LONG_TITLE);
  byId("title").lang = about.lang = language;
  const text = description ?? "";
  if (about.textContent !== text) about.ariaExpanded = null;
  about.textContent = about.title = text;
  offer();
  document.title = `${title} · onrecord`;
}
