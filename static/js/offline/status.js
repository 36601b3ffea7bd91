/**
 * One line at the bottom of the page, while there is something to say: offline, how much waits to
 * be sent, signed out, no room. Above it is what the server refused, until its writer decides.
 */
import { freshId } from "../fresh-id.js";
import { box, queue } from "./marks.js";
import { made, say, sentences } from "./words.js";

const bar = Object.assign(document.createElement("div"), { className: "offline-bar no-print" });
const troubles = document.createElement("div");
const line = Object.assign(document.createElement("p"), { className: "offline-bar__line" });
line.setAttribute("aria-live", "polite");
bar.append(troubles, line);
document.body.append(bar);

let drawn = "";
let fault = ""; // the name of a sentence about the device

/** Say that something is wrong with this device: the name of a sentence. */
export function sayFault(name) {
  fault = name;
  draw();
}

function parts(words) {
  const number = queue.entries().length;
  const isOffline = !navigator.onLine || queue.status() === "offline";
  const isSignedOut = queue.status() === "signed-out";
  const found = [];
  if (fault) found.push(words[fault]);
  if (isOffline) found.push(number ? words.noNetwork : words.noNetworkSaved);
  if (isSignedOut) found.push(words.signedOut);
  if (number && (isOffline || isSignedOut)) {
    found.push(number === 1 ? words.waitingOne : say(words.waiting, number));
  }
  return { text: found.join(" "), isSignedOut };
}

const isNeeded = () => fault || !navigator.onLine || queue.status() !== "ready"
  || queue.troubles().length;

async function drawLine() {
  const words = await sentences();
  const { text, isSignedOut } = parts(words);
  if (text === drawn) return;
  drawn = text;
  line.textContent = text;
  if (!isSignedOut) return;
  const link = Object.assign(document.createElement("a"), { textContent: words.signIn });
  link.href = `${words.signInAddress}?next=${encodeURIComponent(location.pathname)}`;
  line.append(" ", link);
}

/** A refused mark as it can be sent again after this answer of the server. */
function again({ entry, status, data }) {
  const { version, ...fields } = entry.fields;
  if (status === 409) return { ...entry, fields: { ...fields, version: data.version } };
  if (status !== 410) return entry;
  // It was deleted, so it is sent as a new one.
  const url = entry.url.replace(/[\da-f-]{36}\/$/, `${freshId()}/`);
  return { ...entry, url, subject: { ...entry.subject, id: url }, fields };
}

async function refused(trouble) {
  const { key, entry, status, data } = trouble;
  const element = await made("refused-mark");
  const part = (name) => element.querySelector(`[data-${name}]`);
  const words = await sentences();
  const errors = Object.values(data?.errors ?? {}).flat().join(" ");
  part("why").textContent = { 409: words.changed, 410: words.deleted }[status]
    ?? (errors || words.refused);
  part("yours").textContent = entry.fields.text;
  part("theirs").textContent = data?.theirs?.text ?? "";
  part("now").hidden = status !== 409;
  part("again").addEventListener("click", () => {
    queue.dismiss(key);
    queue.add(again(trouble));
  });
  part("drop").addEventListener("click", () => queue.dismiss(key));
  return element;
}

let shown = "[]";

async function drawTroubles() {
  for (const { key, entry } of queue.troubles()) {
    if (!entry.fields.text) queue.dismiss(key); // Nothing was typed, such as for a check mark.
  }
  const found = queue.troubles();
  const seen = JSON.stringify(found);
  if (seen === shown) return;
  shown = seen;
  const elements = await Promise.all(found.map(refused));
  if (seen === shown) troubles.replaceChildren(...elements);
}

function draw() {
  if (!isNeeded() && !drawn && shown === "[]") return;
  drawTroubles().then(drawLine).catch(() => null); // Without words there's nothing to show.
}

addEventListener("offline", draw);
addEventListener("online", () => {
  queue.heard("ready");
  draw();
});
box.onFailure(() => sayFault("noStorage"));
queue.onChange(draw);
queue.start();
queue.flush();
draw();
