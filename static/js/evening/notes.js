/** What can be done to a note, and where notes stand: by section, or beside the sections. */
import { data, make, words } from "./boot.js";
import * as queue from "./queue.js";
import * as view from "./view.js";

export const PARKING_LOT = "";
export const TAKEAWAYS = "~takeaways";

export const titles = new Map(data.sections.map(({ slug, title }) => [slug, title]));

/** Let a select offer all places, after what it offers already. */
export function fillPlaces(select) {
  const beside = [[PARKING_LOT, words.parking_lot], [TAKEAWAYS, words.takeaways]];
  const options = [...titles, ...beside];
  select.append(...options.map(([value, label]) => new Option(label, value)));
}

/** The place of a note as the select names it; takeaways stand beside the sections. */
export const placeOf = (note) => (
  !note.section && note.kind === "takeaway" ? TAKEAWAYS : note.section
);

/** The fields of a note that says this, of this kind, in this place. */
export function contentFrom(text, kind, place) {
  if (place === TAKEAWAYS) return { text, kind: "takeaway", section: "", question: "" };
  const isMoved = kind === "takeaway" && place === PARKING_LOT;
  return { text, kind: isMoved ? "question" : kind, section: place, question: "" };
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

export function change(note, content) {
  const kept = { question: content.section === note.section ? note.question : "" };
  put(note.id, { ...content, ...kept }, note.version || "own");
}

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
