/**
 * What this page looks at: it follows the circle until its reader looks at something else, then
 * it stays there until they go back.
 */
import * as moves from "./moves.js";
import * as state from "./state.js";

const listeners = [];
let wandered = null; // {item, showing}

/** Calls back when the reader of this page goes elsewhere, or back to the circle. */
export const onChange = (listener) => listeners.push(listener);

export const isWandering = () => wandered !== null;

/** The item that this page shows, and whether the circle is there. */
export function looking() {
  const agenda = state.agenda();
  const open = moves.openItem(agenda);
  const last = agenda.ended_at ? agenda.items.at(-1) : agenda.items[0];
  const theirs = open ?? last;
  const mine = wandered && agenda.items.find(({ id }) => id === wandered.item);
  return { agenda, open, item: mine ?? theirs, showing: mine ? wandered.showing : agenda.showing };
}

/** What is shown of an item, from the words of the wire: {what, slug}. */
export function shown(showing) {
  const [what, slug = ""] = (showing || "question:").split(":");
  return { what, slug };
}

/** Look at an item by oneself, and at one thing of it. */
export function wander(item, showing = "") {
  wandered = { item, showing };
  for (const listener of listeners) listener();
}

/** Go where the circle is. */
export function follow() {
  wandered = null;
  for (const listener of listeners) listener();
}
