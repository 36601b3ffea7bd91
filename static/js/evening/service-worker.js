/**
 * Serves what a page of an evening asked to keep, when there is no network.
 *
 * Pages come from the network whenever it answers in time; what is kept of them is then
 * brought up to date. Scripts and styles come from what is kept, as their names change with
 * what is in them. Everything else is left to the browser. What is kept belongs to one
 * person, and goes when another opens such a page here, or at signing out.
 */
const PATIENCE = 4000; // milliseconds
const nameOf = (person) => `evening-${person}`;

async function keep(addresses, person) {
  for (const name of await caches.keys()) {
    if (name.startsWith("evening-") && name !== nameOf(person)) await caches.delete(name);
  }
  const cache = await caches.open(nameOf(person));
  // One that fails must not keep the others from being kept.
  await Promise.allSettled(addresses.map((address) => cache.add(address)));
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
    return response;
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
  if (request.mode === "navigate") event.respondWith(fromNetworkFirst(request));
  else if (pathname.startsWith("/static/")) event.respondWith(fromKeptFirst(request));
});
