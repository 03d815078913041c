// @ts-check
/** Buttons that unfold, on a narrow screen, the controls that have no room there. */

export function start() {
  for (const button of document.querySelectorAll(".fold")) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-expanded", String(button.getAttribute("aria-expanded") !== "true"));
    });
  }
}

/** @param {Element} part has all of its controls in sight */
export function unfold(part) {
  part.querySelector(".fold")?.setAttribute("aria-expanded", "true");
}
