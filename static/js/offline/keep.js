/**
 * Keeps the brief of this page on this device, so that it opens offline. One with an advisory is
 * kept only if its reader says yes, where the page has a place for the question:
 *
 *   <div data-keep-place></div>
 */
import { forgetCopies } from "../kept-here.js";
import { shelf, user } from "./here.js";
import { queue } from "./marks.js";
import { sayFault } from "./status.js";
import { askWorker } from "./worker.js";
import { made } from "./words.js";

const place = document.querySelector("[data-keep-place]");
const name = `reading-${user}-${shelf.split("/")[2]}`; // of its cache (service-worker.js)
const YES = "/kept-yes/"; // in it, as service-worker.js reads it
// A page that isn't of the brief, such as Home, isn't kept with it.
const page = /^\/briefs\/|\/read\//.test(location.pathname) ? location.pathname : "";

/** Whether the reader is leaving this page by its quick exit (quick-exit.js). */
function isLeaving() {
  if (!document.querySelector("[data-quick-exit]")) return false;
  try { return sessionStorage.getItem("quick-exit") !== null; } catch { return false; }
}

async function keep() {
  const found = await askWorker({ shelf, person: user, page });
  if (found.isFull) sayFault("noRoom");
  return found;
}

/** Show the question, or that the brief is kept and how to take that back. */
async function show(isKept, hasFailed = false) {
  const element = await made(isKept ? "brief-kept" : "keep-brief");
  const button = element.querySelector("button");
  if (hasFailed) element.querySelector("[data-failed]").hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    button.textContent = button.dataset.busy;
    if (isKept) await caches.delete(name);
    else await (await caches.open(name)).put(YES, new Response());
    const isKeptNow = !isKept && Boolean((await keep()).isKept);
    await show(isKeptNow, !isKept && !isKeptNow);
    place.querySelector("button").focus();
  });
  place.replaceChildren(element);
}

async function start() {
  const { asks, isKept } = await keep();
  if (asks && place) await show(Boolean(isKept));
}

/** The copies go once the server says that the session is over. What waits to be sent stays. */
queue.onChange(() => {
  if (queue.status() === "signed-out") forgetCopies((person) => person === user);
});

if (shelf && !isLeaving() && "serviceWorker" in navigator) {
  start().catch(() => null); // No https, or forbidden: then there's no copy.
}
