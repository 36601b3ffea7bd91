/**
 * Serves what live pages asked to cache, when there is no network.
 *
 * Cached pages come from the network if it responds well and in time, which also updates the
 * cache. Scripts and styles with a hash in their name come from the cache. Everything else is
 * left to the browser. The cache belongs to one person. It is deleted when someone else, or no
 * one, is signed in (kept-here.js). A cached page is deleted once the server refuses it or leads
 * elsewhere, such as to signing in.
 */
const PATIENCE = 4000; // milliseconds
const WITH_FINGERPRINT = /^\/static\/.*\.[0-9a-f]{12}\.\w+$/;
const nameOf = (person) => `live-${person}`;
const oldNameOf = (person) => `evening-${person}`; // the name in earlier versions
const isOurs = (name) => name.startsWith("live-") || name.startsWith("evening-");

async function cachePages(addresses, person) {
  for (const name of await caches.keys()) {
    if (isOurs(name) && ![nameOf(person), oldNameOf(person)].includes(name)) await caches.delete(name);
  }
  const cache = await caches.open(nameOf(person));
  // One failure must not stop the others.
  const added = await Promise.allSettled(addresses.map((address) => cache.add(address)));
  // Delete the old cache only when the new one is complete: offline, it may be all there is.
  if (added.every(({ status }) => status === "fulfilled")) await caches.delete(oldNameOf(person));
}

const LIKE = { ignoreSearch: true, ignoreVary: true };

/** The caches with a copy of a page. */
async function cachesWith(request) {
  const opened = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
  const found = await Promise.all(opened.map((cache) => cache.match(request, LIKE)));
  return opened.filter((_cache, index) => found[index]);
}

/** Whether the server says that this person has no such page. Redirects reach a service worker
 *  as “opaqueredirect” when the browser, and no script, asks for a page. */
const isRefused = ({ type, status }) => type === "opaqueredirect"
  || [401, 403, 404, 410].includes(status);

async function fromNetworkFirst(request) {
  const cached = await caches.match(request, LIKE);
  if (!cached) return fetch(request);
  const asked = fetch(request).then(async (response) => {
    if (response.ok && !response.redirected) {
      for (const cache of await cachesWith(request)) await cache.put(request, response.clone());
    }
    if (request.mode === "navigate" && isRefused(response)) {
      for (const cache of await cachesWith(request)) await cache.delete(request, LIKE);
    }
    return response.status >= 500 ? cached : response;
  });
  const late = new Promise((resolve) => { setTimeout(() => resolve(cached), PATIENCE); });
  return Promise.race([asked, late]).catch(() => cached);
}

async function fromCacheFirst(request) {
  return await caches.match(request, { ignoreVary: true }) ?? fetch(request);
}

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("message", (event) => {
  const { keep: addresses, person } = event.data;
  if (addresses) event.waitUntil(cachePages(addresses, person));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (WITH_FINGERPRINT.test(pathname)) event.respondWith(fromCacheFirst(request));
  else if (request.mode === "navigate" || pathname.startsWith("/static/")) {
    event.respondWith(fromNetworkFirst(request));
  }
});
