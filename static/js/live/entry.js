/** The entry line for notes: text, kind, and place. */
import { freshId } from "../fresh-id.js";
import {
  PARKING_LOT, TAKEAWAYS, announce, data, root, say, shorten, words,
} from "./boot.js";
import { hintFor, watch } from "./names-hint.js";
import {
  contentFrom, fillPlaces, hereAndNow, kindNow, offer, offerUndo, put, usualKind,
} from "./notes.js";
import * as state from "./state.js";
import * as store from "./store.js";
import * as view from "./view.js";

const NOW = "~now";
const form = root.querySelector("[data-entry]");
const placeSelect = root.querySelector("[data-place]");
const text = document.getElementById("entry-text");
const undo = root.querySelector("[data-undo]");

let changeNote = null; // opens a saved note to edit it (note-list.js)
let drawHint = null;
let kindOfStep = ""; // the kind that was chosen for the current item

/** The place that new notes go to. */
export const chosenPlace = () => (placeSelect.value === NOW ? hereAndNow() : placeSelect.value);

/** Whether new notes are about the current item. */
export const isHere = () => placeSelect.value === NOW;

export const onEdit = (open) => { changeNote = open; };

export const isClosed = () => form.hidden;

export const focus = () => text.focus();

/** Put words back into the entry line, below what is being typed there. */
export function typeAgain(words) {
  text.value = [text.value, words].filter(Boolean).join("\n");
  store.put("typing", text.value);
  text.focus();
}

function chooseKind(value) {
  const chip = document.getElementById(`entry-kind-${value}`);
  if (chip) chip.checked = true;
}

/** The kind to begin with: at the closing, and in their own place, notes are takeaways. */
const firstKind = () => (placeSelect.value === TAKEAWAYS ? usualKind(TAKEAWAYS) : kindNow());

function contentIn(where, said) {
  const item = view.looking().item?.id ?? "";
  return contentFrom(said, form.elements.kind.value, where, { item });
}

/** Save what is typed in this place. Gives its id and the hint about it, or null if it is empty. */
function saveIn(where) {
  const said = text.value.trim();
  if (!said) return null;
  const id = freshId();
  put(id, contentIn(where, said), "new");
  text.value = "";
  store.remove("typing");
  drawHint();
  chooseKind(firstKind());
  undo.replaceChildren();
  text.focus();
  return { id, said, hint: hintFor(said) };
}

function save() {
  const saved = saveIn(chosenPlace());
  if (!saved) return;
  announce(say(words.note_saved, shorten(saved.said)));
  if (saved.hint) offer(undo, saved.hint, words.edit_note, () => changeNote(saved.id));
}

/** Put what is typed into the parking lot. Undoing that leaves it with the current item. */
function park() {
  const typed = text.value.trim();
  const back = typed && contentIn(hereAndNow(), typed);
  const saved = saveIn(PARKING_LOT);
  if (!saved) {
    text.focus();
    return;
  }
  announce(say(words.parked_short, shorten(saved.said)));
  offerUndo(undo, words.parked, () => {
    put(saved.id, back, state.note(saved.id)?.version || "own");
    text.focus();
  });
}

/** Choose the usual kind of a new item, unless something is being typed. */
function followStep() {
  const kind = firstKind();
  if (kind === kindOfStep || text.value) return;
  kindOfStep = kind;
  chooseKind(kind);
}

/** Show the form once the meeting has started, also if the page was opened before that. */
function open() {
  if (!form.hidden || !data.opens_notes || !state.agenda().started_at) return;
  form.hidden = false;
  root.querySelector("[data-closed]").hidden = true;
}

export function start() {
  if (!form) return;
  fillPlaces(placeSelect, [TAKEAWAYS]);
  drawHint = watch(text, root.querySelector("[data-names-hint]"));
  form.querySelector("[data-park]").addEventListener("click", park);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target === text) {
      event.preventDefault();
      save();
    }
    const digit = event.altKey && event.code.match(/^Digit([1-9])$/)?.[1];
    if (digit && data.kinds[digit - 1]) {
      event.preventDefault();
      chooseKind(data.kinds[digit - 1].value);
    }
  });
  // Unfinished text survives closing the page.
  text.addEventListener("input", () => store.put("typing", text.value));
  text.value ||= store.get("typing") ?? "";
  drawHint();
  state.onChange(() => {
    open();
    followStep();
  });
  view.onChange(followStep);
  open();
  followStep();
}
