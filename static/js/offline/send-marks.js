/**
 * Takes the marks of this page (marks/marks.js) into the queue, and says what became of them.
 *
 * send-mark.js asks with an event “send-mark”, whose `detail` is {address, method, body, answer}.
 * `answer` is called with {status, json}: what the server said, or status 202 if the mark is saved
 * here because there is no network, or the session is over. An event “marks-waiting” asks for the
 * marks that wait, and `detail` is the list that they're added to.
 */
import { queue } from "./marks.js";

const PLACE = /\/sections\/([\w-]+)\/marks\/([\da-f-]+)\/$/;
const askers = new Map(); // by address

const troubleOf = (address) => queue.troubles().find(({ entry }) => entry.url === address);

function tell(address, found) {
  const answer = askers.get(address);
  if (!answer) return;
  askers.delete(address);
  // Who made it still has the text, and shows what's wrong with it.
  const trouble = troubleOf(address);
  if (trouble) queue.dismiss(trouble.key);
  answer(found);
}

/** Tell those who can't wait for an answer: there is no network, the session is over, or another
 *  page sent it. */
function tellOthers() {
  const waiting = new Set(queue.entries().map(({ url }) => url));
  for (const address of askers.keys()) {
    const trouble = troubleOf(address);
    if (trouble) tell(address, { status: trouble.status, json: trouble.data });
    else if (!waiting.has(address)) tell(address, { status: 200, json: null });
    else if (queue.status() !== "ready") tell(address, { status: 202, json: null });
  }
}

/** Let the line of a mark know the version that was saved: an edit of it starts there. */
function noteVersion({ url }, { version }) {
  const line = document.getElementById(`mark-${url.match(PLACE)?.[2]}`);
  if (line && version) line.dataset.version = version;
}

queue.onChange(({ entry, answer }) => {
  if (!entry) tellOthers();
  else if (entry.subject.kind === "mark") {
    if (answer.status < 300) noteVersion(entry, answer.data);
    tell(entry.url, { status: answer.status, json: answer.data });
  }
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

document.addEventListener("marks-waiting", ({ detail }) => {
  for (const { subject, method, url, fields } of queue.entries()) {
    const [, section, key] = url.match(PLACE) ?? [];
    if (subject.kind === "mark" && key) {
      detail.push({ ...fields, section, key, isDeleted: method === "DELETE" });
    }
  }
});
document.dispatchEvent(new CustomEvent("marks-here"));
