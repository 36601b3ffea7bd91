/**
 * Shows nothing of the circle once the session is over or the meeting isn't open to this person.
 * What they are typing stays; the rest comes back when they are signed in again.
 */
import { root } from "./boot.js";
import * as queue from "./queue.js";

function draw() {
  const status = queue.status();
  // Offline says nothing about the session: what is shut stays shut.
  if (status !== "offline") root.toggleAttribute("data-shut", status !== "ready");
}

export function start() {
  queue.onChange(draw);
}
