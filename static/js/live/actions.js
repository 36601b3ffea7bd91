/** Action items: added, changed and deleted, online or offline. */
import { freshId } from "../fresh-id.js";
import { shortDay } from "../when.js";
import { announce, data, make, nameButtons, root, say, shorten, words } from "./boot.js";
import { offerUndo } from "./notes.js";
import * as queue from "./queue.js";
import { redraw } from "./redraw.js";
import * as state from "./state.js";
import * as store from "./store.js";

const list = root.querySelector("[data-actions]");
const form = root.querySelector("[data-action-form]");
const undo = root.querySelector("[data-action-undo]");
let changing = null; // the action item in the form

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

/** Put an action item that the server refused into the form. Saving it replaces the saved one. */
export function refill(id, fields) {
  const { seen, ...content } = fields;
  changing = { id, ...content };
  fill(content);
  form.elements.text.focus();
}

const contentOf = ({ text, owner, due_on: due, step }) => ({ text, owner, due_on: due, step });

function remove(action) {
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
    action.owner && action.name ? action.name : owner?.textContent.trim(),
    action.due_on ? say(words.due, shortDay(action.due_on)) : words.no_due,
  ].filter(Boolean).join(" · ");
  item.querySelector(".note__waits").textContent = action.waits && queue.status() !== "ready"
    ? words.kept_here : "";
  const buttons = item.querySelectorAll("button");
  nameButtons(buttons, action.text);
  const [change, drop] = buttons;
  change.hidden = drop.hidden = !action.may_edit;
  change.addEventListener("click", () => {
    changing = action;
    fill(action);
    form.elements.text.focus();
  });
  drop.addEventListener("click", () => remove(action));
  return item;
}

let drawn = "";

function draw() {
  const actions = state.actions();
  const seen = JSON.stringify([actions, queue.status()]);
  if (seen === drawn) return;
  drawn = seen;
  redraw(list, actions.map(row), "[data-action-row]", (item) => item.dataset.actionRow);
}

function save() {
  const { text, owner, due_on: due, step } = form.elements;
  const said = text.value.trim().replace(/\s+/g, " ");
  if (!said) return;
  const fields = { text: said, owner: owner.value, due_on: due.value, step: step.value };
  // A change names the revision it started from, unless that one is still waiting here.
  if (changing?.revision && !changing.waits) fields.seen = changing.revision;
  put(changing?.id ?? freshId(), fields);
  changing = null;
  fill();
  store.remove("action-form");
  undo.replaceChildren();
  announce(say(words.action_saved, shorten(said)));
  text.focus();
}

export function start() {
  if (!list) return;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing
      && event.target === form.elements.text) {
      event.preventDefault();
      save();
    }
  });
  form.querySelector("[data-action-cancel]").addEventListener("click", () => {
    changing = null;
    fill();
  });
  root.addEventListener("click", ({ target }) => {
    const call = target.closest("[data-call]");
    if (!call) return;
    fill({ ...contentOf(changing ?? {}), text: call.textContent, step: call.dataset.call });
    call.closest("details").open = false;
    form.elements.text.focus();
  });
  // Unfinished text survives closing the page.
  form.addEventListener("input", () => {
    store.put("action-form", Object.fromEntries(new FormData(form)));
  });
  const half = store.get("action-form");
  if (half?.text && !form.elements.text.value) fill(half);
  state.onChange(draw);
  draw();
}
