/**
 * Lets a reader choose the text size, the text spacing, and the color of the page.
 *
 *   <html data-text-size="large" data-spacing="wide" data-paper="sepia" data-user="7">
 *   <details data-text-size-control="/url/"><input type="radio" name="text_size" value="large">…
 *
 * Each choice is saved on this device, where early.js finds it, and for a person who is signed
 * in on the server too. A page that Back brings from the browser's memory takes what was chosen
 * since.
 */
import { csrfToken } from "./token.js";

const root = document.documentElement;
const control = document.querySelector("[data-text-size-control]");
const inputs = [...(control?.querySelectorAll("input") ?? [])];
const key = (input) => input.name.replace("_", "-");
const shown = (name) => root.getAttribute(`data-${name}`);
const unsent = new Map();
let isSending = false;

function saved(name) {
  try { return localStorage.getItem(name); } catch { return null; }
}

function save(name, value) {
  try { localStorage.setItem(name, value); } catch { /* Forbidden. */ }
}

function showChoices() {
  for (const input of inputs) input.checked = input.value === shown(key(input));
}

/** Save on the server what was chosen since the last time. */
function send() {
  const headers = { "X-CSRFToken": csrfToken() };
  const body = new URLSearchParams(unsent);
  unsent.clear();
  return fetch(control.dataset.textSizeControl, { method: "POST", headers, body, keepalive: true })
    .catch(() => { /* Offline: it's saved here. */ });
}

/** Send one request at a time: of two, the server may answer the second first. */
async function sendInTurn() {
  if (isSending) return;
  isSending = true;
  while (unsent.size) await send();
  isSending = false;
}

function choose(input) {
  root.setAttribute(`data-${key(input)}`, input.value);
  save(key(input), input.value);
  if (!csrfToken() || !document.querySelector("#account-nav [href$='/profile/']")) return;
  unsent.set(input.name, input.value);
  sendInTurn();
}

function close() {
  control.open = false;
}

function closeBeside({ target }) {
  if (!control.contains(target)) close();
}

if (control) {
  const names = new Set(inputs.map(key));
  if (root.dataset.user) for (const name of names) save(name, shown(name));
  showChoices();
  control.addEventListener("change", ({ target }) => choose(target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !control.open) return;
    close();
    control.querySelector("summary").focus();
  });
  document.addEventListener("click", closeBeside);
  document.addEventListener("focusin", closeBeside);
  addEventListener("pagehide", () => { if (unsent.size) send(); });
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    for (const name of names) if (saved(name)) root.setAttribute(`data-${name}`, saved(name));
    showChoices();
  });
}
