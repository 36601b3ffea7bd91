/**
 * Serves what live pages asked to cache, when there is no network.
 *
 * Cached pages come from the network if it responds well and in time, which also updates the
 * cache. Scripts and styles with a hash in their name come from the cache. Everything else is
 * left to the browser. The cache belongs to one person. It is deleted when another person opens
 * a live page here, or on signing out.
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

async function fromNetworkFirst(request) {
  const cached = await caches.match(request, { ignoreSearch: true, ignoreVary: true });
  if (!cached) return fetch(request);
  const asked = fetch(request).then(async (response) => {
    if (response.ok && !response.redirected) {
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        if (await cache.match(request, { ignoreSearch: true, ignoreVary: true })) {
          await cache.put(request, response.clone());
        }
      }
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
