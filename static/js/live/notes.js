/** Changes to notes, and their places: the sections, and a few others (boot.js). */
import { PARKING_LOT, TAKEAWAYS, data, make, placeOf, words } from "./boot.js";
import * as queue from "./queue.js";
import * as view from "./view.js";

export const titles = new Map(data.sections.map(({ slug, title }) => [slug, title]));
const beside = new Map(data.beside.map((part) => [part.key, part]));

/** The title of a place. */
export const nameOf = (key) => titles.get(key) ?? beside.get(key)?.title ?? key;

/** The default kind of notes in a place. */
export const usualKind = (place) => beside.get(place)?.kind || data.kinds[0].value;

/** Add the places for new notes to a select. The whole brief isn't one of them, as notes there
 *  need a question. */
export function fillPlaces(select) {
  const places = [...titles.keys(), PARKING_LOT, TAKEAWAYS];
  select.append(...places.map((key) => new Option(nameOf(key), key)));
}

/** The fields of a note in a place. If notes of this kind belong elsewhere, the kind changes. */
export function contentFrom(text, kind, place, question = "") {
  const section = beside.has(place) ? "" : place;
  const fits = placeOf({ section, question, kind }) === place;
  return { text, kind: fits ? kind : usualKind(place), section, question };
}

export const contentOf = ({ text, kind, section, question }) => ({ text, kind, section, question });

/** The place for notes about the current item. */
export function hereAndNow() {
  const { item } = view.looking();
  if (item?.section) return item.section;
  return item?.kind === "closing" ? TAKEAWAYS : PARKING_LOT;
}

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

/** Say in this container what was done, with a button that undoes it. */
export function offerUndo(container, sentence, undo) {
  const line = make("undo-line");
  line.querySelector("span").textContent = sentence;
  const button = line.querySelector("button");
  button.textContent = words.undo;
  button.addEventListener("click", () => {
    undo();
    container.replaceChildren();
  });
  container.replaceChildren(line);
}
