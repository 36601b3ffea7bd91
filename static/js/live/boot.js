/** The data that the server put into the live page (circles/live/sync.py: page_data). */
export const root = document.querySelector("[data-live]");
export const data = JSON.parse(document.getElementById("live-data").textContent);
export const words = data.words;

// The places for notes that aren't on a section (circles/notes/outline.py).
export const PARKING_LOT = "~parking-lot";
export const TAKEAWAYS = "~takeaways";
export const WHOLE_BRIEF = "~whole-brief";
const placeOfKind = new Map(data.kinds.map(({ value, place }) => [value, place]));

const STEP = "~item-";

/** The place of notes under an agenda item that is on no section. */
export const placeOfStep = (id) => `${STEP}${id}`;

/** The number of the agenda item in such a place, as a text; undefined for any other place. */
export const stepIn = (place) => (place.startsWith(STEP) ? place.slice(STEP.length) : undefined);

/** The place of a note: the slug of its section, its agenda item, or one of the keys above. */
export function placeOf({ section, question, kind, item }) {
  if (section) return section;
  if (question) return WHOLE_BRIEF;
  const place = placeOfKind.get(kind);
  return item && place === PARKING_LOT ? placeOfStep(item) : place;
}

/** A sentence with a number or a name filled in. */
export const say = (sentence, value) => sentence.replace("%d", value).replace("%s", value);

/** The first few words of a text, for screen readers: no announcement is longer than ten words. */
export function shorten(text, most = 6) {
  const found = text.trim().split(/\s+/);
  return found.length > most ? `${found.slice(0, most).join(" ")}…` : found.join(" ");
}

/** Let screen readers say this. A new node is said even if it has the same words. */
export function announce(sentence) {
  root.querySelector("[data-announce]").replaceChildren(document.createTextNode(sentence));
}

/** Whether someone is in a field in which they can type. */
export const isTyping = () => Boolean(
  document.activeElement?.matches("textarea, select, input:not([type=checkbox], [type=radio])"),
);

/** Say on each button of a row what it acts on: “Edit: Bring a timer”. */
export function nameButtons(buttons, text) {
  for (const button of buttons) {
    button.setAttribute("aria-label", `${button.textContent.trim()}: ${shorten(text)}`);
  }
}

/** An element made from a `<template>` of the page. */
export const make = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
