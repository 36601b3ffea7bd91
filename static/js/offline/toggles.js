/**
 * Buttons that set something on or off at a section (read, star, confusing), without a network.
 *
 *   <button id="read-history" data-hx-post="/briefs/water/sections/history/read/">…
 *   <form data-read="/briefs/water/sections/history/read/" data-then="/…/read/who/">   “Done”
 *
 * With a network, and with nothing that waits, htmx and the browser send them as ever. Else they go
 * into the queue, so that they arrive in order, and the page shows them as the server would.
 */
import { queue } from "./marks.js";
import { sentences } from "./words.js";

const ADDRESS = /\/sections\/([\w-]+)\/(?:read|mark)\/$/;
const NAMES = ["read", "star", "confusing"];

const waitingToggles = () => queue.entries().filter(({ subject }) => subject.kind === "toggle");
const mustWait = () => !navigator.onLine || queue.entries().length > 0;

function set(url, name, isOn) {
  queue.add({
    subject: { kind: "toggle", id: url + name },
    method: name === "read" ? "PUT" : "POST",
    url,
    fields: { [name]: isOn ? "on" : "" },
  });
}

/** Take over what htmx would send, or couldn't. */
function takeOver(event) {
  const { path, verb, formData } = event.detail.requestConfig;
  if (verb !== "post" || !ADDRESS.test(path)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  // A form without “read” marks a section as not read.
  const name = NAMES.find((one) => formData.has(one)) ?? "read";
  // The button still says what it would do if nothing waited.
  const waiting = waitingToggles().findLast(({ subject }) => subject.id === path + name);
  set(path, name, waiting ? !waiting.fields[name] : Boolean(formData.get(name)));
}

document.addEventListener("htmx:beforeRequest", (event) => mustWait() && takeOver(event), true);
document.addEventListener("htmx:sendError", takeOver, true);

document.addEventListener("submit", (event) => {
  const { read, then } = event.target.dataset;
  if (!read || !mustWait()) return;
  event.preventDefault();
  const isUndone = event.submitter?.name === "undo";
  set(read, "read", !isUndone);
  if (!isUndone) location.assign(then);
});

/** Show what waits on its button, and in the contents. */
async function show() {
  const waiting = waitingToggles();
  if (!waiting.length) return;
  const words = await sentences();
  for (const { url, fields } of waiting) {
    const [, slug] = url.match(ADDRESS);
    const [[name, value]] = Object.entries(fields);
    const isOn = Boolean(value);
    const button = document.getElementById(`${name}-${slug}`);
    if (button?.getAttribute("role") === "checkbox") button.setAttribute("aria-checked", isOn);
    else if (button) {
      const heading = button.querySelector(".visually-hidden") ?? "";
      button.replaceChildren(words[isOn ? `${name}On` : `${name}Off`], heading);
      // Once it's sent, the button does the opposite.
      button.name = name === "read" && isOn ? "" : name;
      button.value = isOn ? "" : "on";
    }
    const mark = document.getElementById(`mark-${slug}`);
    if (mark && name === "read") mark.textContent = isOn ? words.readOn : "";
  }
}

const showIfPossible = () => show().catch(() => null); // Without words, the button stays.
queue.onChange(showIfPossible);
document.addEventListener("htmx:load", showIfPossible);
showIfPossible();
