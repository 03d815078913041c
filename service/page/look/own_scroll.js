// @ts-check
/**
 * Keeps what scrolls a part of an embedded page from scrolling the article around it once that part is at
 * its end. Where nothing of the page scrolls, the article does. A finger always scrolls on to the
 * article, because there may be no room for it beside the frame.
 */

/** The keys that scroll, and whether down. */
const KEYS = /** @type {Record<string, boolean>} */ ({ ArrowDown: true, PageDown: true, End: true, ArrowUp: false, PageUp: false, Home: false });
/** What has a use of its own for such keys. */
const OWN = "input, select, textarea, [contenteditable], [role=slider]";
/** What the space bar presses. */
const PRESSED = "button, summary";

/** @param {HTMLElement[]} parts those that scroll by themselves where the frame has the room */
export function keep(parts) {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = /** @type {Element} */ (event.target);
    const isSpace = event.key === " ";
    if (!(isSpace || event.key in KEYS) || target.closest(OWN) || (isSpace && target.closest(PRESSED))) return;
    if (isAtEnd(target, isSpace ? !event.shiftKey : KEYS[event.key])) event.preventDefault();
  });
  for (const part of parts) {
    // Of a part that does not scroll, browsers disagree whether the wheel may go on.
    const look = () => (part.style.overscrollBehaviorY = room(part) > 1 && matchMedia("(pointer: fine)").matches ? "contain" : "");
    const sizes = new ResizeObserver(look);
    for (const each of [part, ...part.children]) sizes.observe(each);
    part.addEventListener("pointerenter", look); // what is in it may be other elements now
  }
}

/** @param {Element} part @returns {number} pixels that it can be scrolled */
const room = (part) => part.scrollHeight - part.clientHeight;

/** @param {Element} target @param {boolean} down @returns {boolean} whether something around it scrolls, and nothing of that any further */
function isAtEnd(target, down) {
  const around = scrollers(target);
  return around.length > 0 && around.every((part) => (down ? room(part) - part.scrollTop <= 1 : part.scrollTop <= 0));
}

/** @param {Element} target @returns {Element[]} what scrolls around it, the page itself among them */
function scrollers(target) {
  const found = [];
  for (let part = /** @type {Element | null} */ (target); part && part !== document.body; part = part.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(part).overflowY) && room(part) > 1) found.push(part);
  }
  const page = document.scrollingElement;
  const fixed = getComputedStyle(document.body).overflowY === "hidden";
  if (page && !fixed && room(page) > 1) found.push(page);
  return found;
}
