/**
 * Notes: one line to type in, its kind and its place; changed, moved, joined and deleted, each
 * with a way back. What the server did not take is shown with both texts.
 */
import { data, freshId, make, root, say, words } from "./page.js";
import { refill } from "./promises.js";
import * as queue from "./queue.js";
import * as stage from "./stage.js";
import * as state from "./state.js";
import * as store from "./store.js";

const PARKING_LOT = "";
const TAKEAWAYS = "~takeaways";
const NOW = "~now";
const list = root.querySelector("[data-notes]");
const entry = root.querySelector("[data-entry]");
const place = root.querySelector("[data-place]");
const text = document.getElementById("entry-text");
const undo = root.querySelector("[data-undo]");
const titles = new Map(data.sections.map(({ slug, title }) => [slug, title]));
const kinds = new Map(data.kinds.map(({ value, label }) => [value, label]));
let filter = "now";
let changing = null; // the id of the note that is being changed

function fillPlaces(select, first = []) {
  const options = [...first, ...data.sections.map(({ slug, title }) => [slug, title]),
    [PARKING_LOT, words.parking_lot], [TAKEAWAYS, words.takeaways]];
  select.append(...options.map(([value, label]) => new Option(label, value)));
}

/** The place of a note as the select names it; takeaways stand beside the sections. */
const placeOf = (note) => (!note.section && note.kind === "takeaway" ? TAKEAWAYS : note.section);

function contentFrom(words_, kind, where) {
  if (where === TAKEAWAYS) return { text: words_, kind: "takeaway", section: "", question: "" };
  const isMoved = kind === "takeaway" && where === PARKING_LOT;
  return { text: words_, kind: isMoved ? "question" : kind, section: where, question: "" };
}

/** Where an entry goes that is said of what is open now. */
function hereAndNow() {
  const { item } = stage.looking();
  if (item?.section) return item.section;
  return item?.kind === "closing" ? TAKEAWAYS : PARKING_LOT;
}

const address = (id, more = "") => `${data.notes}${id}/${more}`;

function put(id, content, base) {
  queue.add({ subject: `note:${id}`, method: "PUT", url: address(id), fields: content, base });
}

function change(note, content) {
  const kept = { question: content.section === note.section ? note.question : "" };
  put(note.id, { ...content, ...kept }, note.version || "own");
}

function remove(note) {
  const fields = {};
  queue.add({ subject: `note:${note.id}`, method: "DELETE", url: address(note.id), fields });
}

function restore(note) {
  const url = address(note.id, "restore/");
  queue.add({ subject: `note:${note.id}`, method: "POST", url, fields: {} });
}

const contentOf = ({ text: said, kind, section, question }) => ({ text: said, kind, section, question });

function offerUndo(sentence, takeBack) {
  const line = make("undo-line");
  line.querySelector("span").textContent = sentence;
  const button = line.querySelector("button");
  button.textContent = words.undo;
  button.addEventListener("click", () => {
    takeBack();
    undo.replaceChildren();
    text?.focus();
  });
  undo.replaceChildren(line);
}

// --- Typing in ---

const chosenKind = () => entry.elements.kind.value;

function chooseKind(value) {
  const chip = document.getElementById(`entry-kind-${value}`);
  if (chip) chip.checked = true;
}

function keep() {
  const said = text.value.trim();
  if (!said) return;
  const where = place.value === NOW ? hereAndNow() : place.value;
  put(freshId(), contentFrom(said, chosenKind(), where), "new");
  text.value = "";
  store.remove("typing");
  chooseKind(where === TAKEAWAYS ? "takeaway" : "point");
  undo.replaceChildren();
  text.focus();
}

function listenToEntry() {
  fillPlaces(place);
  entry.addEventListener("submit", (event) => {
    event.preventDefault();
    keep();
  });
  entry.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target === text) {
      event.preventDefault();
      keep();
    }
    const digit = event.altKey && event.code.match(/^Digit([1-9])$/)?.[1];
    if (digit && data.kinds[digit - 1]) {
      event.preventDefault();
      chooseKind(data.kinds[digit - 1].value);
    }
  });
  // What is half typed outlives the page too.
  text.addEventListener("input", () => store.put("typing", text.value));
  text.value ||= store.get("typing") ?? "";
}

// --- The list ---

function row(note, before) {
  const item = make("note-row");
  item.id = `note-${note.id}`;
  item.classList.add(`note--${note.kind}`);
  item.querySelector(".note__kind").textContent = kinds.get(note.kind) ?? "";
  const said = item.querySelector(".note__text");
  if (note.html && !note.waits) said.innerHTML = note.html; // made safe by the server
  else said.textContent = note.text;
  const whose = data.shows_names ? note.author : "";
  item.querySelector(".note__author").textContent = whose || (note.mine ? words.yours : "");
  item.querySelector(".note__waits").textContent = note.waits && queue.standing() !== "ready"
    ? words.kept_here : "";
  const [changeIt, join, drop] = item.querySelectorAll("button");
  const isClosed = entry.hidden;
  for (const button of [changeIt, join, drop]) button.hidden = isClosed || !note.may_edit;
  join.hidden ||= !before?.may_edit;
  changeIt.addEventListener("click", () => open(note));
  drop.addEventListener("click", () => {
    remove(note);
    offerUndo(words.deleted, () => restore(note));
  });
  join.addEventListener("click", () => {
    const once = contentOf(before);
    change(before, { ...once, text: `${before.text}\n${note.text}` });
    remove(note);
    offerUndo(words.joined, () => {
      const now = state.note(before.id);
      put(before.id, once, now.waits ? "own" : now.version);
      restore(note);
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
  fillPlaces(where);
  if (note.section && !titles.has(note.section)) where.append(new Option(note.section, note.section));
  said.value = store.get(`changing:${note.id}`) ?? note.text;
  said.addEventListener("input", () => store.put(`changing:${note.id}`, said.value));
  kind.value = note.kind;
  where.value = placeOf(note);
  const close = () => {
    changing = null;
    store.remove(`changing:${note.id}`);
    draw();
    document.querySelector(`[id="note-${note.id}"] [data-change]`)?.focus();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (said.value.trim()) change(note, contentFrom(said.value.trim(), kind.value, where.value));
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
  // The newest stands on top, beside the line where it was typed.
  rows.append(...notes.map((note, index) => (
    note.id === changing ? changeForm(note) : row(note, notes[index - 1])
  )).reverse());
  section.append(heading, rows);
  return section;
}

function groups() {
  const standing = state.notes().filter(({ deleted }) => !deleted);
  const order = [...titles.keys(), PARKING_LOT, TAKEAWAYS];
  const found = Map.groupBy
    ? Map.groupBy(standing, placeOf)
    : standing.reduce((map, note) => map.set(placeOf(note), [...(map.get(placeOf(note)) ?? []), note]), new Map());
  const others = [...found.keys()].filter((key) => !order.includes(key));
  const here = place.value === NOW ? hereAndNow() : place.value;
  const shown = filter === "now" ? [here] : [...order, ...others].filter((key) => found.has(key));
  const name = (key) => titles.get(key)
    ?? ({ [PARKING_LOT]: words.parking_lot, [TAKEAWAYS]: words.takeaways }[key] ?? key);
  return shown.map((key) => [name(key), found.get(key) ?? []]);
}

let drawn = "";

/** Notes open with the evening, also on a page that was there before it. */
function openEntry() {
  if (!entry.hidden || !data.opens_notes || !state.agenda().started_at) return;
  entry.hidden = false;
  root.querySelector("[data-closed]").hidden = true;
}

export function draw() {
  if (!list) return;
  openEntry();
  const found = groups();
  const seen = JSON.stringify([found, changing, filter, queue.standing(), entry.hidden]);
  if (seen === drawn) return;
  // What is being changed must not be taken from under the writer's hands.
  if (changing && list.querySelector("form") && drawn) {
    const still = JSON.parse(drawn)[1] === changing && state.note(changing);
    if (still && !still.deleted) return;
  }
  drawn = seen;
  const focused = document.activeElement?.closest?.(".note")?.id;
  const shown = found.map(([title, notes]) => group(title, notes));
  if (!found.some(([, notes]) => notes.length)) {
    const none = document.createElement("p");
    none.className = "soft";
    none.textContent = words.nothing_yet;
    shown.push(none);
  }
  list.replaceChildren(...shown);
  if (focused) document.getElementById(focused)?.querySelector("button")?.focus();
}

// --- What the server did not take ---

function trouble({ key, entry: sent, status, data: answer }) {
  const box = make("note-trouble");
  const part = (name) => box.querySelector(`[data-${name}]`);
  const id = sent.subject.split(":")[1];
  const isText = sent.method === "PUT";
  const isPromise = sent.subject.startsWith("action:");
  const isNote = isText && !isPromise;
  const { theirs, errors } = answer ?? {};
  const isGone = status === 410;
  const plain = { 404: words.gone, 413: words.too_large }[status] ?? words.refused;
  const sentence = Object.values(errors ?? {}).join(" ") || plain;
  box.querySelector(".trouble__why").textContent = theirs
    ? words.changed_meanwhile : `${words.not_saved} ${sentence}`;
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
    queue.settle(key);
  });
  decide("mine", () => put(id, sent.fields, answer.version));
  decide("both-kept", () => put(freshId(), sent.fields, "new"));
  decide("retry", () => queue.add(sent));
  decide("again", () => {
    if (isPromise) {
      refill(id, sent.fields);
      return;
    }
    text.value = [text.value, sent.fields.text].filter(Boolean).join("\n");
    store.put("typing", text.value);
    text.focus();
  });
  decide("drop", () => {});
  return box;
}

let troublesDrawn = "";

function drawTroubles() {
  const place_ = root.querySelector("[data-troubles]");
  const found = queue.troubles();
  const seen = JSON.stringify(found);
  if (!place_ || seen === troublesDrawn) return;
  troublesDrawn = seen;
  for (const { data: answer } of found) {
    if (answer?.theirs) state.applyNote(answer.theirs);
  }
  place_.replaceChildren(...found.map(trouble));
}

function announce(fresh) {
  const others = (fresh ?? []).filter((note) => !note.mine && !note.deleted);
  if (!others.length) return;
  const sentence = others.length === 1 ? words.new_entries_one : words.new_entries;
  const last = others.at(-1).text;
  root.querySelector("[data-announce]").textContent = say(sentence.replace("%d", others.length), last);
}

if (list) {
  listenToEntry();
  root.addEventListener("click", ({ target }) => {
    const chosen = target.closest("[data-filter]")?.dataset.filter;
    if (!chosen) return;
    filter = chosen;
    for (const button of root.querySelectorAll("[data-filter]")) {
      button.setAttribute("aria-pressed", String(button.dataset.filter === filter));
    }
    draw();
  });
  place.addEventListener("change", draw);
  state.onChange(({ fresh }) => {
    draw();
    drawTroubles();
    announce(fresh);
  });
  drawTroubles();
  draw();
}
