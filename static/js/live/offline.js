/**
 * Lets the page open offline: asks the service worker to cache this page, the meeting's brief,
 * and their scripts and styles. The copies are deleted once the server says that the session is
 * over, or that the meeting isn't open to this person. What waits to be sent stays.
 */
import { forgetCopies, forgetPage } from "../kept-here.js";
import { data } from "./boot.js";
import * as queue from "./queue.js";
import * as store from "./store.js";

const isOurs = (address) => new URL(address, location.href).origin === location.origin;

/** The URLs of a page's scripts, styles and icons. */
async function partsOf(address) {
  const response = await fetch(address);
  if (!response.ok) return [];
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const parts = [...page.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")];
  return parts.map((part) => part.getAttribute("href") ?? part.getAttribute("src"));
}

async function cachePages() {
  const registration = await navigator.serviceWorker.register(data.worker, { scope: "/" });
  await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name)
    .filter((name) => new URL(name).pathname.startsWith("/static/"));
  const brief = data.brief ? [data.brief, ...await partsOf(data.brief)] : [];
  const pages = [...new Set([data.run, ...loaded, ...brief])].filter(isOurs);
  registration.active.postMessage({ keep: pages, person: data.user });
}

const cacheIfPossible = () => cachePages().catch(() => {
  // No https, or forbidden: then the page must stay open.
});

let hasCopies = true;

async function forgetOnRefusal() {
  const status = queue.status();
  if (status === "ready" && !hasCopies) {
    hasCopies = true;
    if ("serviceWorker" in navigator) await cacheIfPossible();
  } else if (hasCopies && status === "signed-out") {
    hasCopies = false;
    await forgetCopies((person) => person === String(data.user));
  } else if (hasCopies && status === "gone") {
    hasCopies = false;
    store.remove("told");
    await forgetPage(data.run);
  }
}

export function start() {
  queue.onChange(forgetOnRefusal);
  if ("serviceWorker" in navigator) cacheIfPossible();
}
