/** One line to type in: what was said, its kind and its place. */
import { TAKEAWAYS, data, freshId, root } from "./boot.js";
import { contentFrom, fillPlaces, hereAndNow, put, usualKind } from "./notes.js";
import * as state from "./state.js";
import * as store from "./store.js";

const NOW = "~now";
const form = root.querySelector("[data-entry]");
const place = root.querySelector("[data-place]");
const text = document.getElementById("entry-text");
const undo = root.querySelector("[data-undo]");

/** The place that the line writes to. */
export const chosenPlace = () => (place.value === NOW ? hereAndNow() : place.value);

export const isClosed = () => form.hidden;

export const focus = () => text.focus();

/** Put words back into the line, below what is being typed there. */
export function typeAgain(words) {
  text.value = [text.value, words].filter(Boolean).join("\n");
  store.put("typing", text.value);
  text.focus();
}

function chooseKind(value) {
  const chip = document.getElementById(`entry-kind-${value}`);
  if (chip) chip.checked = true;
}

function keep() {
  const said = text.value.trim();
  if (!said) return;
  const where = chosenPlace();
  put(freshId(), contentFrom(said, form.elements.kind.value, where), "new");
  text.value = "";
  store.remove("typing");
  chooseKind(where === TAKEAWAYS ? usualKind(where) : data.kinds[0].value);
  undo.replaceChildren();
  text.focus();
}

/** Notes open with the meeting, also on a page that was there before it. */
function open() {
  if (!form.hidden || !data.opens_notes || !state.agenda().started_at) return;
  form.hidden = false;
  root.querySelector("[data-closed]").hidden = true;
}

export function start() {
  if (!form) return;
  fillPlaces(place);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep();
  });
  form.addEventListener("keydown", (event) => {
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
  state.onChange(open);
  open();
}
