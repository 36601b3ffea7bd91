/**
 * Which item this page shows. It follows the circle until its reader looks at another item, and
 * then stays there until they go back.
 */
import * as moves from "./moves.js";
import * as state from "./state.js";

const listeners = [];
let wandered = null; // {item, showing}

/** Call back when the reader looks at another item, or goes back to the circle. */
export const onChange = (listener) => listeners.push(listener);

export const isWandering = () => wandered !== null;

/** What this page shows: {agenda, open: the circle's item, item: the item shown, showing}. */
export function looking() {
  const agenda = state.agenda();
  const open = moves.openItem(agenda);
  const last = agenda.ended_at ? agenda.items.at(-1) : agenda.items[0];
  const theirs = open ?? last;
  const mine = wandered && agenda.items.find(({ id }) => id === wandered.item);
  return { agenda, open, item: mine ?? theirs, showing: mine ? wandered.showing : agenda.showing };
}

/** Parse the `showing` of an agenda (“question:slug”, “passage:slug”, “figure:slug”, “readback”):
 *  {what, slug}. */
export function shown(showing) {
  const [what, slug = ""] = (showing || "question:").split(":");
  return { what, slug };
}

/** Show an item on this page only, and something of it. */
export function wander(item, showing = "") {
  wandered = { item, showing };
  for (const listener of listeners) listener();
}

/** Go back to the circle's item. */
export function follow() {
  wandered = null;
  for (const listener of listeners) listener();
}
