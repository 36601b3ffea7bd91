/** Changes to notes, and their places: the sections, and a few others (boot.js). */
import {
  PARKING_LOT, TAKEAWAYS, data, make, placeOf, placeOfStep, stepIn, words,
} from "./boot.js";
import * as queue from "./queue.js";
import * as state from "./state.js";
import * as view from "./view.js";

export const titles = new Map(data.sections.map(({ slug, title }) => [slug, title]));
const beside = new Map(data.beside.map((part) => [part.key, part]));

const isSame = (one, other) => String(one) === String(other);

/** The agenda item of a note; undefined if it has none, or one that is off the agenda. */
export const itemOf = ({ item }, agenda) => agenda.items.find(({ id }) => isSame(id, item));

/** Whether a note belongs to an agenda item: it was written under it, or under none but in its
 *  place. */
export function isUnder(item, note, agenda) {
  const own = itemOf(note, agenda);
  if (own) return own.id === item.id;
  return placeOf(note) === (item.kind === "closing" ? TAKEAWAYS : item.section || null);
}

/** The title of a place. */
export function nameOf(key) {
  const step = stepIn(key);
  if (!step) return titles.get(key) ?? beside.get(key)?.title ?? key;
  return itemOf({ item: step }, state.agenda())?.title ?? words.other_notes;
}

/** The default kind of notes in a place. */
export const usualKind = (place) => beside.get(place)?.kind || data.kinds[0].value;

/** Add places to a select. The whole brief isn't one of them, as notes there need a question. */
export function fillPlaces(select, others) {
  const places = [...titles.keys(), ...others];
  select.append(...places.map((key) => new Option(nameOf(key), key)));
}

/** The number of the agenda item for notes in a place. Takeaways keep the one they have. */
function numberFor(place, own) {
  if (place === PARKING_LOT) return "";
  if (place === TAKEAWAYS) return own;
  return stepIn(place) ?? state.agenda().items.find(({ section }) => section === place)?.id ?? "";
}

/** The fields of a note in a place. If notes of this kind belong elsewhere, the kind changes. */
export function contentFrom(text, kind, place, { question = "", item = "" } = {}) {
  const number = numberFor(place, item);
  if (stepIn(place)) return { text, kind, section: "", question, item: number };
  const section = beside.has(place) ? "" : place;
  const fits = placeOf({ section, question, kind, item: number }) === place;
  return { text, kind: fits ? kind : usualKind(place), section, question, item: number };
}

export const contentOf = ({ text, kind, section, question, item = "" }) => (
  { text, kind, section, question, item });

/** The place for notes about the current item. */
export function hereAndNow() {
  const { item } = view.looking();
  if (!item) return PARKING_LOT;
  return item.section || placeOfStep(item.id);
}

/** The default kind of notes about the current item. */
export const kindNow = () => (view.looking().item?.kind === "closing"
  ? usualKind(TAKEAWAYS) : data.kinds[0].value);

const address = (id, more = "") => `${data.notes}${id}/${more}`;

/** Save a note. `base` is the version it started from, "new" or "own" (queue.js). */
export function put(id, content, base) {
  const subject = { kind: "note", id };
  // The setting that this page shows holds for what is written here, whenever it is sent.
  const fields = { privacy: data.privacy, ...content };
  queue.add({ subject, method: "PUT", url: address(id), fields, base });
}

export const change = (note, content) => put(note.id, content, note.version || "own");

export function remove({ id }) {
  queue.add({ subject: { kind: "note", id }, method: "DELETE", url: address(id), fields: {} });
}

/** Undo a deletion. The text goes along to show it: the server sends none of a deleted note. */
export function restore(note) {
  const { id } = note;
  const url = address(id, "restore/");
  queue.add({ subject: { kind: "note", id }, method: "POST", url, fields: contentOf(note) });
}

/** Say something in this container, with a button that does something about it. */
export function offer(container, sentence, label, act) {
  const line = make("undo-line");
  line.querySelector("span").textContent = sentence;
  const button = line.querySelector("button");
  button.textContent = label;
  button.addEventListener("click", () => {
    container.replaceChildren();
    act();
  });
  container.replaceChildren(line);
}

/** Say in this container what was done, with a button that undoes it. */
export const offerUndo = (container, sentence, undo) => (
  offer(container, sentence, words.undo, undo));
