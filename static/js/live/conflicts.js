/** Shows what the server refused, with both texts, until its writer decides. */
import { freshId } from "../fresh-id.js";
import { make, root, words } from "./boot.js";
import * as entry from "./entry.js";
import { put } from "./notes.js";
import { refill } from "./actions.js";
import * as queue from "./queue.js";
import * as state from "./state.js";

const container = root.querySelector("[data-troubles]");
let drawn = "";

/** Why the server refused it, as a sentence, even if the response has no reason. */
function reason(status, errors) {
  const plain = { 404: words.gone, 413: words.too_large }[status] ?? words.refused;
  return Object.values(errors ?? {}).join(" ") || plain;
}

function box({ key, entry: sent, status, data: answer }) {
  const element = make("note-trouble");
  const part = (name) => element.querySelector(`[data-${name}]`);
  const { kind, id } = sent.subject;
  const isText = sent.method === "PUT";
  const isNote = isText && kind === "note";
  const { theirs, errors } = answer ?? {};
  const isGone = status === 410;
  const conflict = isGone ? words.deleted_meanwhile : words.changed_meanwhile;
  element.querySelector(".trouble__why").textContent = theirs
    ? conflict : `${words.not_saved} ${reason(status, errors)}`;
  part("yours-title").textContent = words.yours_said;
  part("yours").textContent = sent.fields.text ?? "";
  part("theirs-title").textContent = isGone ? words.was_deleted : words.theirs_said;
  part("theirs").textContent = theirs?.text ?? "";
  part("both").hidden = !isText;
  part("theirs-title").hidden = part("theirs").hidden = !theirs;
  part("mine").hidden = !isNote || !theirs || isGone;
  part("both-kept").hidden = !isNote || !theirs;
  part("again").hidden = !isText || Boolean(theirs);
  part("retry").hidden = isText || [400, 413].includes(status);
  const decide = (name, act) => part(name).addEventListener("click", () => {
    act();
    queue.dismiss(key);
  });
  decide("mine", () => put(id, sent.fields, answer.version));
  decide("both-kept", () => put(freshId(), sent.fields, "new"));
  decide("retry", () => queue.add(sent));
  decide("again", () => (isNote ? entry.typeAgain(sent.fields.text) : refill(id, sent.fields)));
  decide("drop", () => {});
  return element;
}

function draw() {
  const found = queue.troubles();
  const seen = JSON.stringify(found);
  if (seen === drawn) return;
  drawn = seen;
  for (const { data: answer } of found) {
    if (answer?.theirs) state.applyNote(answer.theirs);
  }
  container.replaceChildren(...found.map(box));
}

export function start() {
  if (!container) return;
  state.onChange(draw);
  draw();
}
