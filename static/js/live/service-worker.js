/**
 * Serves what a page of an evening asked to keep, when there is no network.
 *
 * Pages come from the network whenever it answers well and in time; what is kept of them is then
 * brought up to date. Scripts and styles whose names change with what is in them come from
 * what is kept. Everything else is left to the browser. What is kept belongs to one
 * person, and goes when another opens such a page here, or at signing out.
 */
const PATIENCE = 4000; // milliseconds
const WITH_FINGERPRINT = /^\/static\/.*\.[0-9a-f]{12}\.\w+$/;
const nameOf = (person) => `live-${person}`;
const oldNameOf = (person) => `evening-${person}`; // until this was renamed
const isOurs = (name) => name.startsWith("live-") || name.startsWith("evening-");

async function keep(addresses, person) {
  for (const name of await caches.keys()) {
    if (isOurs(name) && ![nameOf(person), oldNameOf(person)].includes(name)) await caches.delete(name);
  }
  const cache = await caches.open(nameOf(person));
  // One that fails must not keep the others from being kept.
  const added = await Promise.allSettled(addresses.map((address) => cache.add(address)));
  // Not before all is here: without a network, the old copies were all there was.
  if (added.every(({ status }) => status === "fulfilled")) await caches.delete(oldNameOf(person));
}

async function fromNetworkFirst(request) {
  const kept = await caches.match(request, { ignoreSearch: true, ignoreVary: true });
  if (!kept) return fetch(request);
  const asked = fetch(request).then(async (response) => {
    if (response.ok && !response.redirected) {
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        if (await cache.match(request, { ignoreSearch: true, ignoreVary: true })) {
          await cache.put(request, response.clone());
        }
      }
    }
    return response.status >= 500 ? kept : response;
  });
  const late = new Promise((resolve) => { setTimeout(() => resolve(kept), PATIENCE); });
  return Promise.race([asked, late]).catch(() => kept);
}

async function fromKeptFirst(request) {
  return await caches.match(request, { ignoreVary: true }) ?? fetch(request);
}

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("message", (event) => {
  const { keep: addresses, person } = event.data;
  if (addresses) event.waitUntil(keep(addresses, person));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (WITH_FINGERPRINT.test(pathname)) event.respondWith(fromKeptFirst(request));
  else if (request.mode === "navigate" || pathname.startsWith("/static/")) {
    event.respondWith(fromNetworkFirst(request));
  }
});
