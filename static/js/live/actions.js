/** What is promised this evening: written down, changed and taken back, with a network or without. */
import { data, freshId, make, root, words } from "./boot.js";
import { offerUndo } from "./notes.js";
import * as queue from "./queue.js";
import * as state from "./state.js";
import * as store from "./store.js";

const list = root.querySelector("[data-actions]");
const form = root.querySelector("[data-action-form]");
const undo = root.querySelector("[data-action-undo]");
let changing = null; // the promise that is in the form

const address = (id) => `${data.actions}${id}/`;

function put(id, fields) {
  queue.add({ subject: { kind: "action", id }, method: "PUT", url: address(id), fields });
}

function fill({ text = "", owner = "", due_on: due = "", step = "" } = {}) {
  Object.assign(form.elements.text, { value: text });
  Object.assign(form.elements.owner, { value: owner });
  Object.assign(form.elements.due_on, { value: due });
  Object.assign(form.elements.step, { value: step });
  form.querySelector("[data-action-cancel]").hidden = !changing;
}

/** Put a promise that the server did not take into the form: saving it again replaces what stands. */
export function refill(id, fields) {
  const { seen, ...content } = fields;
  changing = { id, ...content };
  fill(content);
  form.elements.text.focus();
}

const contentOf = ({ text, owner, due_on: due, step }) => ({ text, owner, due_on: due, step });

function takeBack(action) {
  const { id } = action;
  queue.add({ subject: { kind: "action", id }, method: "DELETE", url: address(id), fields: {} });
  offerUndo(undo, words.deleted, () => put(id, contentOf(action)));
}

function row(action) {
  const item = make("action-row");
  item.dataset.actionRow = action.id;
  item.querySelector(".note__text").textContent = action.text;
  const owner = [...form.elements.owner.options].find(({ value }) => value === String(action.owner));
  item.querySelector(".note__author").textContent = [
    action.owner ? action.name || owner?.textContent : "", action.due_on,
  ].filter(Boolean).join(", ");
  item.querySelector(".note__waits").textContent = action.waits && queue.standing() !== "ready"
    ? words.kept_here : "";
  const [change, drop] = item.querySelectorAll("button");
  change.hidden = drop.hidden = !action.may_edit;
  change.addEventListener("click", () => {
    changing = action;
    fill(action);
    form.elements.text.focus();
  });
  drop.addEventListener("click", () => takeBack(action));
  return item;
}

let drawn = "";

function draw() {
  const actions = state.actions();
  const seen = JSON.stringify([actions, queue.standing()]);
  if (seen === drawn) return;
  drawn = seen;
  list.replaceChildren(...actions.map(row));
}

function keep() {
  const { text, owner, due_on: due, step } = form.elements;
  const said = text.value.trim().replace(/\s+/g, " ");
  if (!said) return;
  const fields = { text: said, owner: owner.value, due_on: due.value, step: step.value };
  // A change names what it started from, unless that is still waiting here itself.
  if (changing?.revision && !changing.waits) fields.seen = changing.revision;
  put(changing?.id ?? freshId(), fields);
  changing = null;
  fill();
  store.remove("action-form");
  undo.replaceChildren();
  text.focus();
}

export function start() {
  if (!list) return;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing
      && event.target === form.elements.text) {
      event.preventDefault();
      keep();
    }
  });
  form.querySelector("[data-action-cancel]").addEventListener("click", () => {
    changing = null;
    fill();
  });
  root.addEventListener("click", ({ target }) => {
    const call = target.closest("[data-call]");
    if (!call) return;
    fill({ ...contentOf(changing ?? {}), text: call.dataset.call, step: call.dataset.step });
    call.closest("details").open = false;
    form.elements.text.focus();
  });
  // What is half typed outlives the page.
  form.addEventListener("input", () => {
    store.put("action-form", Object.fromEntries(new FormData(form)));
  });
  const half = store.get("action-form");
  if (half?.text && !form.elements.text.value) fill(half);
  state.onChange(draw);
  draw();
}
