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
import { alone, entriesIn, isSame, read, send, take } from "./sending.js";
import * as store from "./store.js";

const PAUSES = [1, 2, 4, 8, 15]; // seconds
const listeners = [];
let sending = null;
let failures = 0;
let timer = null;
let state = "ready"; // or "offline", "signed-out", "gone" (the server no longer shows the meeting)

export const onChange = (listener) => listeners.push(listener);
const changed = (event = {}) => {
  for (const listener of listeners) listener(event);
};

export const entries = () => entriesIn(store);
export const troubles = () => store.keys("trouble:").map((key) => ({ key, ...store.get(key) }))
  .filter((trouble) => trouble.entry)
  .map((trouble) => ({ ...trouble, entry: read(trouble.entry) }));
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

async function sendAll() {
  for (let [head] = entries(); head; [head] = entries()) {
    const { key, ...entry } = head;
    sending = key;
    const answer = await send(entry, data.user, data.run);
    sending = null;
    state = answer.state;
    if (!answer.status) {
      const pause = PAUSES[Math.min(failures, PAUSES.length - 1)];
      failures += 1;
      clearTimeout(timer);
      timer = setTimeout(flush, pause * 1000);
      changed();
      return;
    }
    failures = 0;
    take(store, key, entry, answer);
    changed({ entry, answer });
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
    await alone(data.user, data.meeting, { ifAvailable: true }, sendAll);
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
    if (key?.startsWith(store.oldPrefix)) store.takeOver();
    if (key?.startsWith(store.oldPrefix) || key?.startsWith(store.prefix)) changed();
  });
}
