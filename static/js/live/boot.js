/** What the server told the live page when it was made (circles/live/sync.py: page_data). */
export const root = document.querySelector("[data-live]");
export const data = JSON.parse(document.getElementById("live-data").textContent);
export const words = data.words;

// The places beside the sections (circles/notes/outline.py).
export const PARKING_LOT = "~parking-lot";
export const TAKEAWAYS = "~takeaways";
export const WHOLE_BRIEF = "~whole-brief";
const placeOfKind = new Map(data.kinds.map(({ value, place }) => [value, place]));

/** Where a note stands: on a section, or in one of the places beside them. */
export const placeOf = ({ section, question, kind }) => section
  || (question ? WHOLE_BRIEF : placeOfKind.get(kind));

/** A sentence with its one number or name put in. */
export const say = (sentence, value) => sentence.replace("%d", value).replace("%s", value);

/** An element made from a `<template>` of the page. */
export const make = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

/** An id for what is written here; also where a page is not served safely and has no maker. */
export function freshId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}
