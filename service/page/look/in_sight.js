// @ts-check
/**
 * Scrolling within this page alone. `scrollIntoView`, and focus without `preventScroll`, would also scroll
 * the article around an embedded page.
 */

/**
 * Scrolls the part of the page that an element is in, no further than needed.
 * @param {Element} element
 */
export function bringIntoSight(element) {
  const scroller = scrollerOf(element);
  const whole = scroller === document.scrollingElement;
  const room = whole ? { top: 0, bottom: scroller.clientHeight } : scroller.getBoundingClientRect();
  const { scrollPaddingTop, scrollPaddingBottom } = getComputedStyle(scroller);
  const first = room.top + (parseFloat(scrollPaddingTop) || 0);
  const last = room.bottom - (parseFloat(scrollPaddingBottom) || 0);
  const { top, bottom } = element.getBoundingClientRect();
  if (top < first || bottom - top > last - first) scroller.scrollTop += top - first;
  else if (bottom > last) scroller.scrollTop += bottom - last;
}

/**
 * Moves the focus, and scrolls no more than this page.
 * @param {HTMLElement} element @param {Element} whole what has to be in sight with it, such as the row that it is in
 */
export function focusOn(element, whole = element) {
  element.focus({ preventScroll: true });
  bringIntoSight(whole);
}

/** @param {Element} element @returns {Element} the nearest element around it that scrolls; otherwise the document */
function scrollerOf(element) {
  for (let around = element.parentElement; around; around = around.parentElement) {
    const { overflowY } = getComputedStyle(around);
    if (/auto|scroll/.test(overflowY) && around.scrollHeight > around.clientHeight) return around;
  }
  return /** @type {Element} */ (document.scrollingElement);
}
