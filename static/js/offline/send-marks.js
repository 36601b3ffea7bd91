/**
 * Takes the marks of this page into the queue, and tells who made them what became of them.
 *
 * send-mark.js asks with an event “send-mark”, whose `detail` is {address, method, body, answer}.
 * `answer` is called with {status, json}: what the server said, status 0 if there's no network, or
 * 401 if the session is over. In the last two cases the mark is saved here, and sent later. Then an
 * event “mark-sent” tells {address, method, status, json}.
 */
import { queue } from "./marks.js";

const askers = new Map(); // by address

const troubleOf = (address) => queue.troubles().find(({ entry }) => entry.url === address);

function tellAsker(address, found) {
  const answer = askers.get(address);
  askers.delete(address);
  // Who made it still has the text, and shows what's wrong with it.
  const trouble = troubleOf(address);
  if (trouble) queue.dismiss(trouble.key);
  answer(found);
}

function tell({ entry: { url: address, method }, answer }) {
  const found = { status: answer.status, json: answer.data };
  if (askers.has(address)) tellAsker(address, found);
  else {
    const detail = { address, method, ...found };
    document.dispatchEvent(new CustomEvent("mark-sent", { detail }));
  }
}

/** Tell those who can't wait for an answer: there is no network, the session is over, or another
 *  page sent it. */
function tellOthers() {
  const waiting = new Set(queue.entries().map(({ url }) => url));
  const status = { offline: 0, "signed-out": 401 }[queue.status()];
  for (const address of askers.keys()) {
    const trouble = troubleOf(address);
    if (trouble) tellAsker(address, { status: trouble.status, json: trouble.data });
    else if (!waiting.has(address)) tellAsker(address, { status: 200, json: {} });
    else if (status !== undefined) tellAsker(address, { status, json: {} });
  }
}

queue.onChange((event) => {
  if (!event.entry) tellOthers();
  else if (event.entry.subject.kind === "mark") tell(event);
});

document.addEventListener("send-mark", (event) => {
  const { address, method, body, answer } = event.detail;
  event.preventDefault();
  askers.set(address, answer);
  queue.add({
    subject: { kind: "mark", id: address },
    method,
    url: address,
    fields: Object.fromEntries(new URLSearchParams(body ?? "")),
  });
});
