/** What can be done to a note, and where notes stand: by section, or beside the sections. */
import { PARKING_LOT, TAKEAWAYS, data, make, placeOf, words } from "./boot.js";
import * as queue from "./queue.js";
import * as view from "./view.js";

export const titles = new Map(data.sections.map(({ slug, title }) => [slug, title]));
const beside = new Map(data.beside.map((part) => [part.key, part]));

/** The name of a place: of a section, or of one of the places beside them. */
export const nameOf = (key) => titles.get(key) ?? beside.get(key)?.title ?? key;

/** The kind that a note has by itself in this place. */
export const usualKind = (place) => beside.get(place)?.kind || data.kinds[0].value;

/** Let a select offer the places that new notes go to, after what it offers already. A note on
 *  the whole brief needs one of its questions. */
export function fillPlaces(select) {
  const places = [...titles.keys(), PARKING_LOT, TAKEAWAYS];
  select.append(...places.map((key) => new Option(nameOf(key), key)));
}

/** The fields of a note in a place. A kind that goes elsewhere by itself is changed. */
export function contentFrom(text, kind, place, question = "") {
  const section = beside.has(place) ? "" : place;
  const fits = placeOf({ section, question, kind }) === place;
  return { text, kind: fits ? kind : usualKind(place), section, question };
}

export const contentOf = ({ text, kind, section, question }) => ({ text, kind, section, question });

/** Where an entry goes that is said of what is open now. */
export function hereAndNow() {
  const { item } = view.looking();
  if (item?.section) return item.section;
  return item?.kind === "closing" ? TAKEAWAYS : PARKING_LOT;
}

const address = (id, more = "") => `${data.notes}${id}/${more}`;

/** Keep a note. `base` is the version it started from, "new" or "own" (queue.js). */
export function put(id, content, base) {
  const subject = { kind: "note", id };
  queue.add({ subject, method: "PUT", url: address(id), fields: content, base });
}

export const change = (note, content) => put(note.id, content, note.version || "own");

export function remove({ id }) {
  queue.add({ subject: { kind: "note", id }, method: "DELETE", url: address(id), fields: {} });
}

export function restore({ id }) {
  const url = address(id, "restore/");
  queue.add({ subject: { kind: "note", id }, method: "POST", url, fields: {} });
}

/** Say in this place what was done, with a button that takes it back. */
export function offerUndo(place, sentence, takeBack) {
  const line = make("undo-line");
  line.querySelector("span").textContent = sentence;
  const button = line.querySelector("button");
  button.textContent = words.undo;
  button.addEventListener("click", () => {
    takeBack();
    place.replaceChildren();
  });
  place.replaceChildren(line);
}
