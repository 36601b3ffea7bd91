/**
 * Asks the server what changed: every two seconds while the page is visible, less often when
 * it is hidden or nothing has changed for a while.
 */
import { data } from "./boot.js";
import * as queue from "./queue.js";
import * as state from "./state.js";

const PAUSE = 2000; // milliseconds
const HIDDEN = 15_000;
const QUIET = 6000;
const LONG = 10 * 60_000; // without a change
const PATIENCE = 10_000;

let lastChange = Date.now();
let timer = null;
let isAsking = false;
let ticket = ""; // lets the server say “nothing new” cheaply (circles/live/changes_ticket.py)

function pause() {
  if (document.hidden) return HIDDEN;
  return Date.now() - lastChange > LONG ? QUIET : PAUSE;
}

async function ask() {
  const sentAt = Date.now();
  // After an error ask without the ticket, as the person may have been signed out.
  const known = ticket && queue.status() === "ready" ? `&ticket=${encodeURIComponent(ticket)}` : "";
  const response = await fetch(`${data.changes}?since=${state.revision()}${known}`, {
    headers: { Accept: "application/json", "X-Person": data.user },
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
  });
  ticket = response.headers.get("X-Ticket") ?? ticket;
  if (response.status === 401) return queue.heard("signed-out");
  if (response.status === 404) return queue.heard("gone");
  if (response.status === 204) return queue.heard("ready");
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  if (!response.ok || !isJson) return queue.heard("offline");
  const changes = await response.json();
  queue.heard("ready");
  lastChange = Date.now();
  return state.apply(changes, sentAt);
}

async function follow() {
  clearTimeout(timer);
  if (isAsking) return;
  isAsking = true;
  try {
    await ask();
  } catch {
    queue.heard("offline");
  } finally {
    isAsking = false;
    timer = setTimeout(follow, pause());
  }
}

export function start() {
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) follow();
  });
  addEventListener("online", follow);
  follow();
}
