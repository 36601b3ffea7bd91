/**
 * A queue of writes that the server hasn't acknowledged. They are sent in order.
 *
 * An entry is saved on the device first, and deleted only after a response from the server. If
 * the server refuses an entry, it becomes a “trouble”, which is saved until its writer decides.
 * Each write says how things should be, so an entry whose response was lost can be sent again.
 *
 *   {subject: {kind, id}, method, url, fields, base}
 *
 * The subject is what is written: a note or an action item by its id, someone's attendance by
 * their key, or a move by its name. A newer text of a waiting note replaces the older one.
 * `base` is the version that a change of a note started from: "new" for a note from this page,
 * "own" for a change to a note that is itself still waiting here.
 */
import { data } from "./boot.js";
import * as store from "./store.js";

const PAUSES = [1, 2, 4, 8, 15]; // seconds
const PATIENCE = 20_000; // milliseconds to wait for a response
const listeners = [];
let sending = null;
let failures = 0;
let timer = null;
let state = "ready"; // or "offline", "signed-out", "gone" (the server no longer shows the meeting)

export const onChange = (listener) => listeners.push(listener);
const changed = (event = {}) => {
  for (const listener of listeners) listener(event);
};

const list = (word) => store.keys(word).map((key) => ({ key, ...store.get(key) }));

/** A saved entry. Earlier versions saved the subject as text: “note:<uuid>”, “move:open”. */
function read({ subject, ...entry }) {
  if (typeof subject !== "string") return { subject, ...entry };
  const [kind, ...id] = subject.split(":");
  return { subject: { kind, id: id.join(":") }, ...entry };
}

export const entries = () => list("queue:").filter((entry) => entry.method).map(read);
export const troubles = () => list("trouble:").filter((trouble) => trouble.entry)
  .map((trouble) => ({ ...trouble, entry: read(trouble.entry) }));
const isSame = (one, other) => one.kind === other.kind && one.id === other.id;
export const status = () => state;

function nextKey() {
  const last = store.keys("queue:").at(-1);
  const time = Math.max(Date.now(), last ? Number(last.slice(6, 21)) + 1 : 0);
  return `queue:${String(time).padStart(15, "0")}`;
}

/** Save an entry, and send it as soon as possible. */
export function add(entry) {
  const waiting = entries().findLast(({ subject }) => isSame(subject, entry.subject));
  const isSameWrite = entry.method === "PUT" && waiting?.method === "PUT";
  if (isSameWrite && waiting.key !== sending) {
    // It isn't being sent yet, so the newer text replaces it.
    const { key, ...rest } = waiting;
    store.put(key, { ...rest, fields: entry.fields });
  } else {
    store.put(nextKey(), isSameWrite ? { ...entry, base: "own" } : entry);
  }
  changed();
  flush();
}

/** Delete a trouble after its writer has decided. */
export function dismiss(key) {
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

/** Whether to try again later. Any other 4xx status is a final response, whatever its body. */
const isLater = (status) => status >= 500 || [408, 425, 429].includes(status);

/** Send an entry. Gives the response as {status, data}; null if it must be sent again later. */
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
    // The CSRF token is from before a sign-in. Loading a page sets a new one.
    await fetch(data.run, { cache: "no-store" }).catch(() => null);
    return send(entry, true);
  }
  if (isLater(status)) {
    state = isJson ? "ready" : "offline";
    return null;
  }
  const content = isJson ? await response.json().catch(() => null) : null;
  if (!content && status < 400) {
    // A sign-in page of a Wi-Fi network, or an incomplete response.
    state = "offline";
    return null;
  }
  state = "ready";
  return { status, data: content ?? {} };
}

function take(key, entry, answer) {
  const { status } = answer;
  // A delete of what doesn't exist has succeeded.
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

/** Send what is waiting. If a person has several pages open, only one sends at a time. */
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

/** Take the status that another request found (see `state`). */
export function heard(found) {
  const before = state;
  state = found;
  // A send in progress sets its own timer if it fails.
  if (found === "ready" && entries().length && !isFlushing) {
    clearTimeout(timer);
    failures = 0;
    flush();
  }
  if (before !== found) changed();
}

/** Send when the network is back, and notice what other pages on this device write. */
export function start() {
  addEventListener("online", () => flush());
  addEventListener("storage", ({ key }) => {
    // A page from before an upgrade may still be open in another tab.
    if (key?.startsWith(store.OLD_PREFIX)) store.takeOver();
    if (key?.startsWith(store.OLD_PREFIX) || key?.startsWith(store.prefix)) changed();
  });
}
