/**
 * What this browser keeps of people: in local storage, and as caches of the service worker.
 *
 *   live:<person>:<meeting>:told     a copy of what the server sent
 *   live:<person>:<meeting>:<word>   what was typed on a live page and isn't sent (live/store.js)
 *   live:<person>:reading:<word>     marks and notes in briefs that aren't sent (offline/marks.js)
 *   draft:<person>:<form>            what was typed into a form (keep-draft.js)
 *   cache live-<person>              live pages that open offline (offline/service-worker.js)
 *   cache reading-<person>-<brief>   a brief that opens offline, with the person's own parts of it
 *   cache offline                    the page in place of what isn't kept, the same for everyone
 *
 * Copies are deleted as soon as someone else, or no one, is signed in, and those of live pages after
 * four weeks: their notes may be deleted since. Quick exit deletes the caches. What was typed stays
 * until its writer sends or discards it, and no one else sees it. The browser of someone who never
 * signed in keeps none of this but drafts.
 */
// Keys and caches that begin with “evening” are from earlier versions of the scripts.
const LIVE_KEY = /^(?:live|evening):(\d+):(\w+):(.+)$/;
const CACHE = /^(?:live|evening|reading)-(\d+)(?:-|$)/;
const LIVE_CACHE = /^(?:live|evening)-/;
const LASTS = 28 * 24 * 3600 * 1000; // milliseconds
const draftsOf = (person) => `draft:${person}:`;

function allKeys() {
  try { return Object.keys(localStorage); } catch { return []; }
}

function read(key) {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
}

function remove(keys) {
  for (const key of keys) {
    try { localStorage.removeItem(key); } catch { /* Forbidden: then nothing was saved either. */ }
  }
}

/** The saved keys of live pages and of marks in briefs: [{key, person, place, word}, …]. */
const liveKeys = () => allKeys().map((key) => [key, key.match(LIVE_KEY)])
  .filter(([, match]) => match)
  .map(([key, [, person, place, word]]) => ({ key, person, place, word }));

/** Delete the copies of everyone for whom `isTheirs` is true. */
export async function forgetCopies(isTheirs) {
  remove(liveKeys().filter(({ person, word }) => word === "told" && isTheirs(person))
    .map(({ key }) => key));
  if (!globalThis.caches) return;
  const names = (await caches.keys()).filter((name) => CACHE.test(name));
  const theirs = names.filter((name) => isTheirs(name.match(CACHE)[1]));
  await Promise.all(theirs.map((name) => caches.delete(name)));
}

/** Delete the copies of live pages that the server sent over four weeks ago. Scripts and styles stay:
 *  they are kept until a new version comes. */
export async function forgetOldCopies() {
  const isOld = (sent) => Date.now() - Date.parse(sent) > LASTS;
  remove(liveKeys().filter(({ key, word }) => word === "told" && isOld(read(key)?.now))
    .map(({ key }) => key));
  if (!globalThis.caches) return;
  const names = (await caches.keys()).filter((name) => LIVE_CACHE.test(name));
  for (const name of names) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      if (new URL(request.url).pathname.startsWith("/static/")) continue;
      const response = await cache.match(request, { ignoreVary: true });
      if (isOld(response?.headers.get("date"))) await cache.delete(request, { ignoreVary: true });
    }
  }
}

/** Delete all copies of pages. The service worker does it, as this page may be left at once. */
export async function forgetPages() {
  const container = navigator.serviceWorker;
  // A page that was loaded past the worker (Shift and Reload) has no controller.
  const worker = container?.controller ?? (await container?.getRegistration())?.active;
  worker?.postMessage({ forget: true });
}

/** Delete the copy of one page. */
export async function forgetPage(address) {
  if (!globalThis.caches) return;
  for (const name of await caches.keys()) {
    if (CACHE.test(name)) await (await caches.open(name)).delete(address, { ignoreVary: true });
  }
}

const isWaiting = ({ key, word }) => word.startsWith("queue:") && Boolean(read(key)?.method);

/** Whether this is typed text that was never sent, or that the server refused. */
function isUnfinished({ key, word }) {
  if (word.startsWith("trouble:")) return Boolean(read(key)?.entry);
  if (!/^(?:typing$|changing:|action-form$|promising$)/.test(word)) return false;
  const value = read(key);
  return String(value?.text ?? value ?? "").trim() !== "";
}

/** The places (offline/box.js) of a person with something that waits to be sent. */
export const waitingPlaces = (person) => [...new Set(
  liveKeys().filter((found) => found.person === person && isWaiting(found))
    .map(({ place }) => place),
)];

/** Whether anything of anyone waits here to be sent. */
export const isAnyWaiting = () => liveKeys().some(isWaiting);

/** How much of a person is only here: {waiting: to be sent, unfinished: not ready to be sent}. */
export function unsentOf(person) {
  const mine = liveKeys().filter((found) => found.person === person);
  const drafts = allKeys().filter((key) => key.startsWith(draftsOf(person)));
  return {
    waiting: mine.filter(isWaiting).length,
    unfinished: mine.filter(isUnfinished).length + drafts.length,
  };
}

/** Delete what a person typed here. */
export function forgetTyped(person) {
  remove(liveKeys().filter((key) => key.person === person).map(({ key }) => key));
  remove(allKeys().filter((key) => key.startsWith(draftsOf(person))));
}
