/** Status lines at the top of the page: waiting entries, offline, signed out, no storage. */
import { data, root, say, words } from "./boot.js";
import * as queue from "./queue.js";
import * as store from "./store.js";

const container = root.querySelector("[data-lines]");
let cannotStore = false;
let drawn = "";

function lines() {
  const number = queue.entries().length;
  const found = [];
  if (cannotStore) found.push(["error", words.no_storage]);
  if (queue.status() === "signed-out") found.push(["error", words.signed_out, data.sign_in]);
  if (queue.status() === "gone") found.push(["error", words.gone]);
  if (queue.status() === "offline") found.push(["info", words.offline]);
  if (number && queue.status() !== "ready") {
    found.push(["info", number === 1 ? words.waiting_one : say(words.waiting, number)]);
  }
  return found;
}

function draw() {
  root.dataset.waiting = queue.entries().length;
  const found = lines();
  if (JSON.stringify(found) === drawn) return;
  drawn = JSON.stringify(found);
  container.replaceChildren(...found.map(([kind, sentence, address]) => {
    const line = document.createElement("p");
    line.className = `message message--${kind}`;
    line.textContent = sentence;
    if (address) {
      const link = document.createElement("a");
      link.href = address;
      link.textContent = words.sign_in;
      line.append(" ", link);
    }
    return line;
  }));
}

export function start() {
  store.onFailure(() => {
    cannotStore = true;
    draw();
  });
  queue.onChange(draw);
  draw();
}
