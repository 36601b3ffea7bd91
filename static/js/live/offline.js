/**
 * Lets the page open offline: asks the service worker to keep this page and the meeting's brief. The
 * copies are deleted once the server says that the session is over, or that the meeting isn't open
 * to this person. What waits to be sent stays.
 */
import { forgetCopies, forgetPage } from "../kept-here.js";
import { tellWorker } from "../offline/worker.js";
import { data } from "./boot.js";
import * as queue from "./queue.js";
import * as store from "./store.js";

const keepIfPossible = () => (
  tellWorker({ keep: [data.run, data.brief].filter(Boolean), person: data.user }).catch(() => {
    // No https, or forbidden: then the page must stay open.
  }));

let hasCopies = true;

async function forgetOnRefusal() {
  const status = queue.status();
  if (status === "ready" && !hasCopies) {
    hasCopies = true;
    if ("serviceWorker" in navigator) await keepIfPossible();
  } else if (hasCopies && status === "signed-out") {
    hasCopies = false;
    await forgetCopies((person) => person === String(data.user));
  } else if (hasCopies && status === "gone") {
    hasCopies = false;
    store.remove("told");
    await forgetPage(data.run);
  }
}

export function start() {
  queue.onChange(forgetOnRefusal);
  if ("serviceWorker" in navigator) keepIfPossible();
}
