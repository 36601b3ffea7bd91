/** The list of notes, where they can be changed, moved, joined and deleted, with undo. */
import {
  PARKING_LOT, TAKEAWAYS, WHOLE_BRIEF, announce, data, make, nameButtons, placeOf, placeOfStep, root,
  say, shorten, words,
} from "./boot.js";
import * as entry from "./entry.js";
import { watch } from "./names-hint.js";
import {
  change, contentFrom, contentOf, fillPlaces, isUnder, itemOf, nameOf, offerUndo, put, remove,
  restore, titles,
} from "./notes.js";
import * as queue from "./queue.js";
import { redraw } from "./redraw.js";
import * as state from "./state.js";
import * as store from "./store.js";
import * as view from "./view.js";

const list = root.querySelector("[data-notes]");
const undo = root.querySelector("[data-undo]");
const kinds = new Map(data.kinds.map(({ value, label }) => [value, label]));
let filter = "now";
let changing = null; // the id of the note being changed

function row(note, before) {
  const item = make("note-row");
  item.id = `note-${note.id}`;
  item.classList.add(`note--${note.kind}`);
  item.querySelector(".note__kind").textContent = kinds.get(note.kind) ?? "";
  const said = item.querySelector(".note__text");
  if (note.html && !note.waits) said.innerHTML = note.html; // sanitized by the server
  else said.textContent = note.text;
  item.querySelector(".note__author").textContent = note.author || (note.mine ? words.yours : "");
  item.querySelector(".note__waits").textContent = note.waits && queue.status() !== "ready"
    ? words.kept_here : "";
  const buttons = item.querySelectorAll("button");
  nameButtons(buttons, note.text);
  const [changeIt, join, drop] = buttons;
  for (const button of buttons) button.hidden = entry.isClosed() || !note.may_edit;
  join.hidden ||= !before?.may_edit;
  changeIt.addEventListener("click", () => open(note));
  drop.addEventListener("click", () => {
    remove(note);
    offerUndo(undo, words.deleted, () => {
      restore(note);
      entry.focus();
    });
  });
  join.addEventListener("click", () => {
    const once = contentOf(before);
    change(before, { ...once, text: `${before.text}\n${note.text}` });
    remove(note);
    offerUndo(undo, words.joined, () => {
      const now = state.note(before.id);
      put(before.id, once, now.waits ? "own" : now.version);
      restore(note);
      entry.focus();
    });
  });
  return item;
}

function open(note) {
  changing = note.id;
  draw();
  const form = list.querySelector("form");
  form.elements.text.focus();
}

function changeForm(note) {
  const item = document.createElement("li");
  const form = make("note-form");
  const { text: said, kind, place: where } = form.elements;
  fillPlaces(where, [PARKING_LOT, TAKEAWAYS]);
  const here = placeOf(note);
  if (![...where.options].some(({ value }) => value === here)) {
    where.append(new Option(nameOf(here), here));
  }
  said.value = store.get(`changing:${note.id}`) ?? note.text;
  said.addEventListener("input", () => store.put(`changing:${note.id}`, said.value));
  watch(said, form.querySelector("[data-names-hint]"));
  kind.value = note.kind;
  where.value = here;
  const close = () => {
    changing = null;
    store.remove(`changing:${note.id}`);
    draw();
    document.querySelector(`[id="note-${note.id}"] [data-change]`)?.focus();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = said.value.trim();
    const isHere = where.value === here;
    const { question, item = "" } = note;
    // Where it stays under its agenda item, any kind fits.
    const content = isHere && item
      ? { ...contentOf(note), text, kind: kind.value }
      : contentFrom(text, kind.value, where.value, { item, question: isHere ? question : "" });
    if (text) change(note, content);
    close();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target === said) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  form.querySelector("[data-cancel]").addEventListener("click", close);
  item.append(form);
  return item;
}

function group(title, notes) {
  const section = document.createElement("section");
  const heading = document.createElement("h3");
  heading.textContent = title;
  const rows = document.createElement("ul");
  rows.className = "list--plain";
  // Newest first, next to the entry line.
  rows.append(...notes.map((note, index) => (
    note.id === changing ? changeForm(note) : row(note, notes[index - 1])
  )).reverse());
  section.append(heading, rows);
  return section;
}

/** The notes of what is being written about: the current item, or the chosen place. */
function groupHere(notes, { agenda, item }) {
  const place = entry.chosenPlace();
  const isHere = entry.isHere() && item;
  const shown = notes.filter((note) => (
    isHere ? isUnder(item, note, agenda) : placeOf(note) === place));
  return [[isHere ? item.title : nameOf(place), shown]];
}

/** All notes by agenda item, then those under none by their place. */
function groupAll(notes, { agenda }) {
  const keyOf = (note) => {
    const own = itemOf(note, agenda)
      ?? agenda.items.find((item) => isUnder(item, note, agenda));
    return own ? placeOfStep(own.id) : placeOf(note);
  };
  const steps = agenda.items.map(({ id }) => placeOfStep(id));
  const order = [...steps, ...titles.keys(), WHOLE_BRIEF, PARKING_LOT, TAKEAWAYS];
  const found = new Map();
  for (const note of notes) found.set(keyOf(note), [...(found.get(keyOf(note)) ?? []), note]);
  const others = [...found.keys()].filter((key) => !order.includes(key));
  return [...order, ...others].filter((key) => found.has(key))
    .map((key) => [nameOf(key), found.get(key)]);
}

function groups() {
  const notes = state.notes().filter(({ deleted }) => !deleted);
  return (filter === "now" ? groupHere : groupAll)(notes, view.looking());
}

let drawn = "";

function draw() {
  const found = groups();
  const seen = JSON.stringify([found, changing, filter, queue.status(), entry.isClosed()]);
  if (seen === drawn) return;
  // Don't redraw while a note is being changed: it would replace the form.
  if (changing && list.querySelector("form") && drawn) {
    const still = JSON.parse(drawn)[1] === changing && state.note(changing);
    if (still && !still.deleted) return;
  }
  drawn = seen;
  const shown = found.map(([title, notes]) => group(title, notes));
  if (!found.some(([, notes]) => notes.length)) {
    const none = document.createElement("p");
    none.className = "soft";
    none.textContent = words.nothing_yet;
    shown.push(none);
  }
  redraw(list, shown, ".note", (item) => item.id);
}

function tell(fresh) {
  const others = (fresh ?? []).filter((note) => !note.mine && !note.deleted);
  if (!others.length) return;
  const sentence = others.length === 1 ? words.new_entries_one : words.new_entries;
  const last = shorten(others.at(-1).text);
  announce(say(sentence.replace("%d", others.length), last));
}

export function start() {
  if (!list) return;
  root.addEventListener("click", ({ target }) => {
    const chosen = target.closest("[data-filter]")?.dataset.filter;
    if (!chosen) return;
    filter = chosen;
    for (const button of root.querySelectorAll("[data-filter]")) {
      button.setAttribute("aria-pressed", String(button.dataset.filter === filter));
    }
    draw();
  });
  root.querySelector("[data-place]").addEventListener("change", draw);
  view.onChange(draw);
  state.onChange(({ fresh }) => {
    draw();
    tell(fresh);
  });
  entry.onEdit((id) => {
    const note = state.note(id);
    if (note) open(note);
  });
  draw();
}
