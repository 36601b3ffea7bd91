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
 * their key, a move by its name, or a mark in a brief by its address. A newer text of a waiting
 * note replaces the older one. `base` is the version that a change of a note started from: "new"
 * for a note from this page, "own" for a change to a note that is itself still waiting here.
 */
import { alone, entriesIn, isSame, read, send, take } from "./sending.js";

const PAUSES = [1, 2, 4, 8, 15]; // seconds

/**
 * Open the queue of a box (box.js).
 *
 * `person` is whose it is, `place` the meeting or “reading” that it belongs to, and `page` the
 * address of a page that sets a new CSRF token.
 */
export function openQueue(box, { person, place, page }) {
  const listeners = [];
  let sending = null;
  let failures = 0;
  let timer = null;
  let isFlushing = false;
  // or "offline", "signed-out", "gone" (the server no longer shows the meeting)
  let state = "ready";

  const onChange = (listener) => listeners.push(listener);
  const changed = (event = {}) => {
    for (const listener of listeners) listener(event);
  };

  const entries = () => entriesIn(box);
  const troubles = () => box.keys("trouble:").map((key) => ({ key, ...box.get(key) }))
    .filter((trouble) => trouble.entry)
    .map((trouble) => ({ ...trouble, entry: read(trouble.entry) }));
  const status = () => state;

  function nextKey() {
    const last = box.keys("queue:").at(-1);
    const time = Math.max(Date.now(), last ? Number(last.slice(6, 21)) + 1 : 0);
    return `queue:${String(time).padStart(15, "0")}`;
  }

  /** Save an entry, and send it as soon as possible. */
  function add(entry) {
    const waiting = entries().findLast(({ subject }) => isSame(subject, entry.subject));
    const isSameWrite = entry.method === "PUT" && waiting?.method === "PUT";
    if (isSameWrite && waiting.key !== sending) {
      // It isn't being sent yet, so the newer text replaces it.
      const { key, ...rest } = waiting;
      box.put(key, { ...rest, fields: entry.fields });
    } else {
      box.put(nextKey(), isSameWrite ? { ...entry, base: "own" } : entry);
    }
    changed();
    flush();
  }

  /** Delete a trouble after its writer has decided. */
  function dismiss(key) {
    box.remove(key);
    changed();
  }

  async function sendAll() {
    for (let [head] = entries(); head; [head] = entries()) {
      const { key, ...entry } = head;
      sending = key;
      const answer = await send(entry, person, page);
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
      take(box, key, entry, answer);
      changed({ entry, answer });
    }
    if (state !== "signed-out") state = "ready";
    changed();
  }

  /** Send what is waiting. If a person has several pages open, only one sends at a time. */
  async function flush() {
    if (isFlushing || !entries().length) return;
    isFlushing = true;
    let isMine = false;
    try {
      await alone(person, place, { ifAvailable: true }, () => {
        isMine = true;
        return sendAll();
      });
    } finally {
      isFlushing = false;
      sending = null;
    }
    if (isMine) return;
    // Another page is sending. It may have looked just before this entry came.
    clearTimeout(timer);
    timer = setTimeout(flush, PAUSES[0] * 1000);
  }

  /** Take the status that another request found (see `state`). */
  function heard(found) {
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
  function start() {
    addEventListener("online", () => flush());
    addEventListener("storage", ({ key }) => {
      // A page from before an upgrade may still be open in another tab.
      if (key?.startsWith(box.oldPrefix)) box.takeOver();
      if (key?.startsWith(box.oldPrefix) || key?.startsWith(box.prefix)) changed();
    });
  }

  return { onChange, entries, troubles, status, add, dismiss, flush, heard, start };
}
