// @ts-check
/** One proposal in the queue: who made it, what it would change, and the ways to decide it. */

import { make, sentence } from "../look/element.js";
import { recordedTime } from "../look/recorded_time.js";
import { Problem } from "../state/api.js";
import { commandItem, commandTitle } from "./commands.js";
import { decide, whole } from "./queue.js";

/** @type {Record<string, string>} */
const DONE = { approval: "approved", refusal: "refused", withdrawal: "withdrawn" };

/**
 * @param {import("./queue.js").Proposal} given
 * @param {import("./queue.js").Reader} reader
 * @param {(words: string) => void} decided is told what the reader has done
 */
export function proposalRow(given, reader, decided) {
  const { proposal: id, state, author, commands, decision, recorded_at: at } = given;
  const body = make("div", { class: "proposal-body" });
  const more = commands.length > 1 ? ` · ${commands.length.toLocaleString("en")} changes in all` : "";
  const came = decision ? ` · ${state} by ${decision.author}${decision.reason ? `: ${decision.reason}` : ""}` : "";
  const summary = make("summary", {}, commandTitle(commands[0]), make("span", { class: "proposal-came" }, make("b", { text: author }), `${more} · `, recordedTime(at), came));
  const details = make("details", {}, summary, body);
  details.addEventListener("toggle", async () => {
    if (details.open) body.replaceChildren(...(await content(given, reader, decided)));
  });
  return make("li", { "data-testid": "proposal", "data-proposal-id": id, "data-state": state }, details);
}

/**
 * @param {import("./queue.js").Proposal} given @param {import("./queue.js").Reader} reader
 * @param {(words: string) => void} decided
 */
async function content(given, reader, decided) {
  try {
    const { applies, commands, items, state } = await whole(given.proposal);
    const changes = await Promise.all(commands.map((command, at) => commandItem(command, items[at])));
    /** @type {HTMLElement[]} */
    const parts = [make("ol", { class: "changes" }, ...changes)];
    if (applies === false) parts.unshift(make("p", { class: "fault", text: "It cannot be approved as things are now." }));
    if (state === "proposed") parts.push(form(given, reader, decided));
    return parts;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return [make("p", { class: "fault", "aria-live": "assertive" }, ...sentence(error.message))];
  }
}

/**
 * @param {import("./queue.js").Proposal} given @param {import("./queue.js").Reader} reader
 * @param {(words: string) => void} decided
 */
function form({ proposal: id, author }, reader, decided) {
  const fault = make("p", { class: "fault", "aria-live": "assertive", "data-testid": "proposal-fault" });
  const field = make("input", { type: "text", id: `why-${id}`, "data-testid": "proposal-why", autocomplete: "off" });
  const label = make("label", { for: field.id, text: "A note, or why it is refused" });

  /** @param {"approval" | "refusal" | "withdrawal"} decision @param {Record<string, string>} told */
  async function settle(decision, told) {
    fault.textContent = "";
    for (const button of box.querySelectorAll("button")) button.disabled = true;
    try {
      await decide(id, decision, told);
      decided(`The proposal of ${author} is ${DONE[decision]}.`);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const faults = error.errors.map(({ message }) => message).join(" "); // without the places in a request, and what to do with one
      fault.replaceChildren(...sentence(faults || error.message));
      for (const button of box.querySelectorAll("button")) button.disabled = false;
    }
  }

  function refuse() {
    const reason = field.value.trim();
    field.toggleAttribute("aria-invalid", false);
    if (reason) return settle("refusal", { reason });
    field.setAttribute("aria-invalid", "true");
    fault.textContent = "Say why it is refused.";
    field.focus();
  }

  const own = author === reader.name;
  /** @returns {Record<string, string>} */
  const note = () => (field.value.trim() ? { note: field.value.trim() } : {});
  const approve = make("button", { type: "button", "data-testid": "approve", text: "Approve", on: { click: () => settle("approval", note()) } });
  const refusal = make("button", { type: "button", "data-testid": "refuse", text: "Refuse", on: { click: refuse } });
  const withdraw = make("button", { type: "button", "data-testid": "withdraw", text: "Withdraw", on: { click: () => settle("withdrawal", {}) } });
  const others = own && reader.reviews && make("p", { text: "It is your own: somebody else has to approve it." });
  const ways = own ? [others, withdraw] : [label, field, approve, refusal];
  const box = make("div", { class: "decide" }, ...ways, fault);
  return box;
}
