/**
 * What was written here and the server has not acknowledged: sent in order, once.
 *
 * An entry is kept on the device before anything else happens, and leaves only on an answer
 * of the server. What the server does not take becomes a trouble, kept until its writer has
 * decided. Each write says how things shall be, so one whose answer was lost is sent again.
 *
 *   {subject: {kind, id}, method, url, fields, base}
 *
 * The subject is what is written: a note or an action by its id, someone's attendance by their
 * key, or a move by its name. Of a note that waits, newer words replace the older.
 * `base` is the version that a change of a note started from: "new" for a note of this page,
 * "own" for a change of what is itself still waiting here.
 */
import { data } from "./boot.js";
import * as store from "./store.js";

const PAUSES = [1, 2, 4, 8, 15]; // seconds
const PATIENCE = 20_000; // milliseconds for an answer
const listeners = [];
let sending = null;
let failures = 0;
let timer = null;
let state = "ready"; // or "offline", "signed-out"

export const onChange = (listener) => listeners.push(listener);
const changed = (event = {}) => {
  for (const listener of listeners) listener(event);
};

const list = (word) => store.keys(word).map((key) => ({ key, ...store.get(key) }));

/** An entry as it was kept, also by an earlier version of this page: “note:<uuid>”, “move:open”. */
function read({ subject, ...entry }) {
  if (typeof subject !== "string") return { subject, ...entry };
  const [kind, ...id] = subject.split(":");
  return { subject: { kind, id: id.join(":") }, ...entry };
}

export const entries = () => list("queue:").filter((entry) => entry.method).map(read);
export const troubles = () => list("trouble:").filter((trouble) => trouble.entry)
  .map((trouble) => ({ ...trouble, entry: read(trouble.entry) }));
const isSame = (one, other) => one.kind === other.kind && one.id === other.id;
export const standing = () => state;

function nextKey() {
  const last = store.keys("queue:").at(-1);
  const time = Math.max(Date.now(), last ? Number(last.slice(6, 21)) + 1 : 0);
  return `queue:${String(time).padStart(15, "0")}`;
}

/** Keep an entry, and send it as soon as that can be done. */
export function add(entry) {
  const waiting = entries().findLast(({ subject }) => isSame(subject, entry.subject));
  const isSameWrite = entry.method === "PUT" && waiting?.method === "PUT";
  if (isSameWrite && waiting.key !== sending) {
    // Not on its way yet: the newer words take its place.
    const { key, ...kept } = waiting;
    store.put(key, { ...kept, fields: entry.fields });
  } else {
    store.put(nextKey(), isSameWrite ? { ...entry, base: "own" } : entry);
  }
  changed();
  flush();
}

/** Drop a trouble: its writer has decided. */
export function settle(key) {
  store.remove(key);
  changed();
}

const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";

function request({ method, url, fields, base }) {
  const body = new URLSearchParams(fields);
  if (Number.isInteger(base)) body.set("version", base);
  return fetch(url, {
    method,
    body,
    headers: { Accept: "application/json", "X-CSRFToken": token(), "X-Person": data.user },
    signal: AbortSignal.timeout(PATIENCE),
  });
}

/** A 4xx that asks to come back later. Any other is an answer, whatever its body. */
const isLater = (status) => status >= 500 || [408, 425, 429].includes(status);

/** The server's answer as {status, data}; null where there was none. */
async function send(entry, isSecondTry = false) {
  let response;
  try {
    response = await request(entry);
  } catch {
    state = "offline";
    return null;
  }
  const { status } = response;
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  if (status === 401) {
    state = "signed-out";
    return null;
  }
  if (status === 403 && !isJson && !isSecondTry) {
    // The token is from before a sign-in: a page of ours brings a new one.
    await fetch(data.run, { cache: "no-store" }).catch(() => null);
    return send(entry, true);
  }
  if (isLater(status)) {
    state = isJson ? "ready" : "offline";
    return null;
  }
  const content = isJson ? await response.json().catch(() => null) : null;
  if (!content && status < 400) {
    // A network that shows its own page first, or an answer that broke off.
    state = "offline";
    return null;
  }
  state = "ready";
  return { status, data: content ?? {} };
}

function take(key, entry, answer) {
  const { status } = answer;
  // What is to be deleted, and is not there, is as it should be.
  const isGone = entry.method === "DELETE" && [404, 410].includes(status);
  if (status >= 400 && !isGone) {
    store.put(`trouble:${key.slice(6)}`, { entry, ...answer });
  }
  store.remove(key);
  if (status < 400 && answer.data.version) {
    for (const { key: later, ...waiting } of entries()) {
      if (isSame(waiting.subject, entry.subject) && waiting.base === "own") {
        store.put(later, { ...waiting, base: answer.data.version });
      }
    }
  }
  changed({ entry, answer });
}

async function sendAll() {
  for (let [head] = entries(); head; [head] = entries()) {
    const { key, ...entry } = head;
    sending = key;
    const answer = await send(entry);
    sending = null;
    if (!answer) {
      const pause = PAUSES[Math.min(failures, PAUSES.length - 1)];
      failures += 1;
      clearTimeout(timer);
      timer = setTimeout(flush, pause * 1000);
      changed();
      return;
    }
    failures = 0;
    take(key, entry, answer);
  }
  if (state !== "signed-out") state = "ready";
  changed();
}

let isFlushing = false;

/** Send what waits. One page at a time does, where several of one person are open. */
export async function flush() {
  if (isFlushing || !entries().length) return;
  isFlushing = true;
  try {
    if (navigator.locks) {
      await navigator.locks.request(
        `live-${data.user}-${data.meeting}`, { ifAvailable: true }, (lock) => lock && sendAll(),
      );
    } else {
      await sendAll();
    }
  } finally {
    isFlushing = false;
    sending = null;
  }
}

/** There is an answer from the server again, or there is none, as others found. */
export function heard(found) {
  const before = state;
  state = found;
  // What is being sent right now has its own timer if it fails.
  if (found === "ready" && entries().length && !isFlushing) {
    clearTimeout(timer);
    failures = 0;
    flush();
  }
  if (before !== found) changed();
}

/** Send when there is a network again, and hear what other pages here write. */
export function start() {
  addEventListener("online", () => flush());
  addEventListener("storage", ({ key }) => {
    // A page opened before the upgrade goes on beside this one.
    if (key?.startsWith(store.OLD_PREFIX)) store.takeOver();
    if (key?.startsWith(store.OLD_PREFIX) || key?.startsWith(store.prefix)) changed();
  });
}
