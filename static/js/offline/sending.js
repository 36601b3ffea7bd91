/**
 * Sends entries of a queue (queue.js), or those of any place while their writer signs out.
 *
 * The same entry may be sent again: it says how things should be.
 */
import { sendAs } from "../send-as.js";

/** A saved entry. Earlier versions saved the subject as text: “note:<uuid>”, “move:open”. */
export function read({ subject, ...entry }) {
  if (typeof subject !== "string") return { subject, ...entry };
  const [kind, ...id] = subject.split(":");
  return { subject: { kind, id: id.join(":") }, ...entry };
}

export const isSame = (one, other) => one.kind === other.kind && one.id === other.id;

/** The entries of a box (box.js) that wait to be sent, in order. */
export const entriesIn = (box) => box.keys("queue:").map((key) => ({ key, ...box.get(key) }))
  .filter((entry) => entry.method).map(read);

function request({ method, url, fields, base }, person) {
  const body = new URLSearchParams(fields);
  if (Number.isInteger(base)) body.set("version", base);
  return sendAs(person, url, { method, body });
}

/** Whether to try again later. Any other 4xx status is a final response, whatever its body. */
const isLater = (status) => status >= 500 || [408, 425, 429].includes(status);

/**
 * Send an entry. Gives {state, status, data}: the state of the queue (queue.js), and the response,
 * without a status if the entry must be sent again later.
 *
 * `page` is the address of a page that sets a new CSRF token.
 */
export async function send(entry, person, page, isSecondTry = false) {
  let response;
  try {
    response = await request(entry, person);
  } catch {
    return { state: "offline" };
  }
  const { status } = response;
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  if (status === 401) return { state: "signed-out" };
  if (status === 403 && !isJson && !isSecondTry) {
    // The CSRF token is from before a sign-in. Loading a page sets a new one.
    await fetch(page, { cache: "no-store" }).catch(() => null);
    return send(entry, person, page, true);
  }
  // While the server can't save anything, the page says that all is kept here.
  if (isLater(status)) return { state: isJson && status < 500 ? "ready" : "offline" };
  const content = isJson ? await response.json().catch(() => null) : null;
  // A sign-in page of a Wi-Fi network, or an incomplete response.
  if (!content && status < 400) return { state: "offline" };
  return { state: "ready", status, data: content ?? {} };
}

/** Take a sent entry out of its box. If the server refused it, it becomes a trouble. */
export function take(box, key, entry, { status, data }) {
  // A delete of what doesn't exist has succeeded.
  const isGone = entry.method === "DELETE" && [404, 410].includes(status);
  if (status >= 400 && !isGone) {
    box.put(`trouble:${key.slice(6)}`, { entry, status, data });
  }
  box.remove(key);
  if (status >= 400 || !data.version) return;
  for (const { key: later, ...waiting } of entriesIn(box)) {
    if (isSame(waiting.subject, entry.subject) && waiting.base === "own") {
      box.put(later, { ...waiting, base: data.version });
    }
  }
}

/** Run this while no other page sends the entries of this person and place (box.js). */
export const alone = (person, place, options, act) => (navigator.locks
  ? navigator.locks.request(`live-${person}-${place}`, options, (lock) => lock && act())
  : act());
