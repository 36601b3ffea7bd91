/**
 * Serves what pages asked to keep, when there is no network: live pages, and briefs.
 *
 *   cache live-<person>             the live page of a meeting, and its brief
 *   cache reading-<person>-<slug>   a brief: its pages, the person's own reading of it, and parts of
 *                                   pages that are the person's own, as they last were
 *   cache offline                   the page that is shown in place of one that isn't kept
 *
 * Kept pages come from the network if it responds well and in time, which also updates the cache.
 * Scripts and styles with a hash in their name come from the cache. Everything else is left to the
 * browser. Caches of a person are deleted when someone else, or no one, is signed in
 * (kept-here.js). A kept page is deleted once the server refuses it or leads elsewhere, such as to
 * signing in.
 *
 * Pages send one of these messages:
 *
 *   {keep: [address, …], person}   keep live pages, each with its scripts and styles
 *   {shelf, person, page}          keep a brief; `shelf` is where the server says what it consists of
 *                                  (circles/views/offline.py), `page` the one that is open of it.
 *                                  One with an advisory is kept only if its cache has the reader's
 *                                  yes (keep.js).
 *   {forget: true}                 delete what is kept of anyone
 */
const PATIENCE = 4000; // milliseconds
const MOST_BRIEFS = 6;
const FRESH = 12 * 3600 * 1000; // milliseconds in which a brief isn't fetched again
const AT_ONCE = 3; // requests
const OFFLINE = "/offline/";
const RECORD = "/kept-brief/"; // in the cache of a brief, what kept-briefs.js reads
const YES = "/kept-yes/"; // in the cache of a brief that asks first, put there by keep.js
const PART = "/kept-part"; // in a cache, before the address of a part of a page
const WITH_FINGERPRINT = /^\/static\/.*\.[0-9a-f]{12}\.\w+$/;
const NAMED = /="(\/static\/[^"]+)"|(?:import|from) "(\.[^"]+)"|url\("?([^")]+)/g;
const OF_SOMEONE = /^(?:live|evening|reading)-/;
const nameOf = (person) => `live-${person}`;
const oldNameOf = (person) => `evening-${person}`; // the name in earlier versions
const isOfPerson = (name, person) => [nameOf(person), oldNameOf(person)].includes(name)
  || name.startsWith(`reading-${person}-`);
const LIKE = { ignoreVary: true };

/* Keeping. */

async function forgetWhere(isMeant) {
  for (const name of await caches.keys()) {
    if (OF_SOMEONE.test(name) && isMeant(name)) await caches.delete(name);
  }
}

const forgetOthers = (person) => forgetWhere((name) => !isOfPerson(name, person));

let timesForgotten = 0;
const underway = new Set();

/** Do something that writes to caches of someone. */
async function writing(work) {
  const isDone = work();
  underway.add(isDone);
  try {
    return await isDone;
  } finally {
    underway.delete(isDone);
  }
}

/** Delete what is kept of anyone: a live page has a brief, too. */
async function forgetAll() {
  timesForgotten += 1;
  await forgetWhere(() => true);
  // What was about to be written may have made its cache anew.
  await Promise.allSettled(underway);
  await forgetWhere(() => true);
}

/** The files that a text names: a page, a script, or a style sheet. */
function namedIn(text, address) {
  const found = [...text.matchAll(NAMED)].map(([, ...names]) => names.find(Boolean))
    .filter((name) => !/^(?:data:|#)/.test(name))
    .map((name) => new URL(name, new URL(address, location.href)));
  return found.filter(({ origin, pathname }) => origin === location.origin
    && pathname.startsWith("/static/")).map(({ pathname }) => pathname);
}

/** Put an address into the cache, and all files that it names. `kept` collects their addresses. */
async function keepWhole(cache, address, kept) {
  if (kept.has(address)) return;
  kept.add(address);
  const isFile = address.startsWith("/static/");
  let response = WITH_FINGERPRINT.test(address) ? await cache.match(address, LIKE) : null;
  if (!response) {
    response = await fetch(address, { cache: isFile ? "default" : "no-cache" });
    if (response.status === 429 || response.status >= 500) throw new Error(address);
    // A file named in a comment, or a page that isn't this person's any more.
    if (!response.ok || response.redirected) {
      await cache.delete(address, LIKE);
      return;
    }
    await cache.put(address, response.clone());
  }
  if (!/text|javascript/.test(response.headers.get("Content-Type"))) return;
  const names = namedIn(await response.text(), address);
  await Promise.all(names.map((name) => keepWhole(cache, name, kept)));
}

/** Keep these pages, a few at a time, until all is forgotten. Gives what went wrong. */
async function keepAll(cache, addresses, kept = new Set()) {
  const times = timesForgotten;
  const waiting = [...addresses];
  const faults = [];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    while (waiting.length && times === timesForgotten) {
      await keepWhole(cache, waiting.shift(), kept).catch((fault) => faults.push(fault));
    }
  }));
  if (times !== timesForgotten) faults.push(new Error("Forgotten."));
  return faults;
}

/** Delete what isn't among these addresses. */
async function keepOnly(cache, kept) {
  for (const { url } of await cache.keys()) {
    const { pathname, search } = new URL(url);
    if (!kept.has(pathname + search)) await cache.delete(url, LIKE);
  }
}

async function keepOfflinePage() {
  const cache = await caches.open("offline");
  const kept = new Set();
  const faults = await keepAll(cache, [OFFLINE], kept);
  if (!faults.length) await keepOnly(cache, kept);
}

async function keepLivePages(addresses, person) {
  await forgetOthers(person);
  await keepOfflinePage();
  const faults = await keepAll(await caches.open(nameOf(person)), addresses);
  // Delete the old cache only when the new one is complete: offline, it may be all there is.
  if (!faults.length) await caches.delete(oldNameOf(person));
}

// `caches.open` makes a cache that was just deleted anew. So what is only looked at is found by the
// name of its cache.
const matchIn = (cacheName, address, like = LIKE) => caches.match(address, { ...like, cacheName });
const readRecord = async (name) => (await matchIn(name, RECORD))?.json();

/** Delete the briefs that weren't opened for longest. */
async function makeRoom(person) {
  const names = (await caches.keys()).filter((name) => name.startsWith(`reading-${person}-`));
  const opened = await Promise.all(names.map(async (name) => {
    const record = await readRecord(name);
    return { name, at: record?.opened ?? Date.now() };
  }));
  opened.sort((one, other) => other.at - one.at);
  for (const { name } of opened.slice(MOST_BRIEFS)) await caches.delete(name);
}

/** Whether the server says that this person has no such page. Redirects reach a service worker
 *  as “opaqueredirect” when the browser, and no script, asks for a page. */
const isRefused = ({ type, status }) => type === "opaqueredirect"
  || [401, 403, 404, 410].includes(status);

const json = (data) => new Response(JSON.stringify(data), {
  headers: { "Content-Type": "application/json" },
});
const html = (text) => new Response(text, {
  headers: { "Content-Type": "text/html; charset=utf-8" },
});

/** Put something into a cache, if that is there. */
async function write(name, address, response) {
  if (await caches.has(name)) await (await caches.open(name)).put(address, response);
}

/** The record of a brief that is here, if there is no need to fetch it again. */
async function readFresh(name, page) {
  const record = await readRecord(name);
  const isHere = !page || await matchIn(name, page);
  return record && isHere && Date.now() - record.at < FRESH ? record : null;
}

/** Put all of a brief into its cache, as the server told it. Gives what went wrong. */
async function fill(cache, { pages, parts, ...record }) {
  const kept = new Set([RECORD, YES]);
  const faults = await keepAll(cache, pages, kept);
  for (const [address, text] of Object.entries(parts)) {
    kept.add(PART + address);
    await cache.put(PART + address, html(text)).catch((fault) => faults.push(fault));
    faults.push(...await keepAll(cache, namedIn(text, address), kept));
  }
  if (!faults.length) {
    const now = Date.now();
    await cache.put(RECORD, json({ ...record, at: now, opened: now }));
    await keepOnly(cache, kept);
  }
  return faults;
}

/** Keep a brief, or only note that it was opened, if it's here and fresh. Gives what the page
 *  shows: {asks, isKept, isFull}. */
async function keepBrief({ shelf, person, page }) {
  await forgetOthers(person);
  const times = timesForgotten;
  const name = `reading-${person}-${shelf.split("/")[2]}`;
  const wasKept = await caches.has(name);
  if (wasKept) {
    const fresh = await readFresh(name, page);
    if (fresh) await write(name, RECORD, json({ ...fresh, opened: Date.now() }));
    if (fresh || !navigator.onLine) {
      const record = await readRecord(name);
      return { asks: record?.asks, isKept: Boolean(record) };
    }
  }
  const response = await fetch(shelf, {
    cache: "no-store", headers: { Accept: "application/json", "X-Person": person },
  });
  if (isRefused(response)) await caches.delete(name);
  if (!response.ok || times !== timesForgotten) return {};
  const told = await response.json();
  if (told.asks && !await matchIn(name, YES)) return { asks: true };
  const pages = page ? [page, ...told.pages] : told.pages;
  const faults = await fill(await caches.open(name), { ...told, pages });
  const isFull = faults.some((fault) => fault.name === "QuotaExceededError");
  if (isFull && !wasKept) await caches.delete(name);
  await makeRoom(person);
  await keepOfflinePage();
  return { asks: told.asks, isKept: !faults.length, isFull };
}

/* Serving. */

/** The key of a request in a cache. What follows the “?” of a page is left out. */
function keyOf({ url, headers }) {
  const { pathname, search } = new URL(url);
  return headers.has("HX-Request") ? PART + pathname + search : pathname;
}

async function findKept(request) {
  const key = keyOf(request);
  const like = key.startsWith(PART) ? LIKE : { ...LIKE, ignoreSearch: true };
  for (const name of await caches.keys()) {
    const response = await matchIn(name, key, like);
    if (response) return { key, name, response };
  }
  return null;
}

/** Take a new version of a kept page. If its ETag changed, the brief is fetched anew as a whole,
 *  as soon as a page asks to keep it. */
async function takeNew({ key, name, response: old }, response) {
  await write(name, key, response);
  const record = await readRecord(name);
  if (record && old.headers.get("ETag") !== response.headers.get("ETag")) {
    await write(name, RECORD, json({ ...record, at: 0 }));
  }
}

async function forgetAddress({ key, name }) {
  if (await caches.has(name)) await (await caches.open(name)).delete(key, LIKE);
}

async function fromNetworkFirst(event) {
  const { request } = event;
  const found = await findKept(request);
  if (!found) return fetch(request);
  const isNavigation = request.mode === "navigate";
  const asked = fetch(request).then(async (response) => {
    const isPlain = !isNavigation || !new URL(request.url).search;
    if (response.ok && !response.redirected && isPlain) {
      const copy = response.clone();
      const isTaken = writing(() => takeNew(found, copy));
      event.waitUntil(isTaken.catch(() => null)); // No room: the old one stays.
    }
    if (isNavigation && isRefused(response)) await writing(() => forgetAddress(found));
    return response.status >= 500 ? found.response : response;
  });
  const late = new Promise((resolve) => { setTimeout(() => resolve(found.response), PATIENCE); });
  return Promise.race([asked, late]).catch(() => found.response);
}

async function fromCacheFirst(request) {
  return await caches.match(request, LIKE) ?? fetch(request);
}

const offlinePage = async () => await caches.match(OFFLINE, LIKE) ?? Response.error();

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(keepOfflinePage());
});
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("message", (event) => {
  const { keep: addresses, shelf, person, forget } = event.data;
  if (addresses) event.waitUntil(writing(() => keepLivePages(addresses, person)));
  if (forget) event.waitUntil(forgetAll());
  if (!shelf) return;
  const answer = (found) => event.ports[0].postMessage(found);
  const isDone = writing(() => keepBrief(event.data));
  event.waitUntil(isDone.then(answer, () => answer({})));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  const isNavigation = request.mode === "navigate";
  if (request.method !== "GET") {
    // What was typed is still there if one goes back.
    if (isNavigation) event.respondWith(fetch(request).catch(offlinePage));
  } else if (WITH_FINGERPRINT.test(pathname)) event.respondWith(fromCacheFirst(request));
  else if (isNavigation) {
    // A connection that broke just now is tried once more.
    const again = () => fetch(request).catch(offlinePage);
    event.respondWith(fromNetworkFirst(event).catch(again));
  }
  else if (pathname.startsWith("/static/") || request.headers.has("HX-Request")) {
    event.respondWith(fromNetworkFirst(event));
  }
});
