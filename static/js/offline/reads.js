/**
 * Check marks for sections that are read, without a network.
 *
 *   <button id="read-history" data-hx-post="/briefs/water/sections/history/read/">…
 *   <form data-read="/briefs/water/sections/history/read/" data-then="/…/read/who/">   “Done”
 *
 * With a network, and with nothing that waits, htmx and the browser send them as ever. Else they go
 * into the queue, so that they arrive in order, and the page shows them as the server would.
 */
import { queue } from "./marks.js";
import { sentences } from "./words.js";

const READ = /\/sections\/([\w-]+)\/read\/$/;

const waitingReads = () => queue.entries().filter(({ subject }) => subject.kind === "read");
const mustWait = () => !navigator.onLine || queue.entries().length > 0;

function setRead(url, isRead) {
  const fields = { read: isRead ? "1" : "" };
  queue.add({ subject: { kind: "read", id: url }, method: "PUT", url, fields });
}

/** Take a check mark that htmx would send, or couldn't. */
function takeOver(event) {
  const { path, verb, formData } = event.detail.requestConfig;
  if (verb !== "post" || !READ.test(path)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  // The button still says what it would undo or do if nothing waited.
  const waiting = waitingReads().find(({ url }) => url === path);
  setRead(path, waiting ? !waiting.fields.read : formData.has("read"));
}

document.addEventListener("htmx:beforeRequest", (event) => mustWait() && takeOver(event), true);
document.addEventListener("htmx:sendError", takeOver, true);

document.addEventListener("submit", (event) => {
  const { read, then } = event.target.dataset;
  if (!read || !mustWait()) return;
  event.preventDefault();
  const isUndone = event.submitter?.name === "undo";
  setRead(read, !isUndone);
  if (!isUndone) location.assign(then);
});

/** Show the check marks that wait, on buttons and in contents. */
async function show() {
  const reads = waitingReads();
  if (!reads.length) return;
  const words = await sentences();
  for (const { url, fields } of reads) {
    const [, slug] = url.match(READ);
    const isRead = Boolean(fields.read);
    const button = document.getElementById(`read-${slug}`);
    if (button?.getAttribute("role") === "checkbox") button.setAttribute("aria-checked", isRead);
    else if (button) button.firstChild.data = isRead ? words.read : words.markAsRead;
    const mark = document.getElementById(`mark-${slug}`);
    if (mark) mark.textContent = isRead ? words.read : "";
  }
}

const showIfPossible = () => show().catch(() => null); // Without words, the button stays.
queue.onChange(showIfPossible);
document.addEventListener("htmx:load", showIfPossible);
showIfPossible();
