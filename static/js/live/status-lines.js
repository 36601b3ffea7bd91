/** Lines at the head of the page: what waits here, no network, signed out, nothing can be kept. */
import { data, root, say, words } from "./boot.js";
import * as queue from "./queue.js";
import * as store from "./store.js";

const place = root.querySelector("[data-lines]");
let cannotKeep = false;
let drawn = "";

function lines() {
  const number = queue.entries().length;
  const found = [];
  if (cannotKeep) found.push(["error", words.no_storage]);
  if (queue.standing() === "signed-out") found.push(["error", words.signed_out, data.sign_in]);
  if (queue.standing() === "gone") found.push(["error", words.gone]);
  if (queue.standing() === "offline") found.push(["info", words.offline]);
  if (number && queue.standing() !== "ready") {
    found.push(["info", number === 1 ? words.waiting_one : say(words.waiting, number)]);
  }
  return found;
}

function draw() {
  root.dataset.waiting = queue.entries().length;
  const found = lines();
  if (JSON.stringify(found) === drawn) return;
  drawn = JSON.stringify(found);
  place.replaceChildren(...found.map(([kind, sentence, address]) => {
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
    cannotKeep = true;
    draw();
  });
  queue.onChange(draw);
  draw();
}
