/** The entry line for notes: text, kind, and place. */
import { TAKEAWAYS, data, freshId, root } from "./boot.js";
import { contentFrom, fillPlaces, hereAndNow, put, usualKind } from "./notes.js";
import * as state from "./state.js";
import * as store from "./store.js";

const NOW = "~now";
const form = root.querySelector("[data-entry]");
const placeSelect = root.querySelector("[data-place]");
const text = document.getElementById("entry-text");
const undo = root.querySelector("[data-undo]");

/** The place that new notes go to. */
export const chosenPlace = () => (placeSelect.value === NOW ? hereAndNow() : placeSelect.value);

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

function save() {
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

/** Show the form once the meeting has started, also if the page was opened before that. */
function open() {
  if (!form.hidden || !data.opens_notes || !state.agenda().started_at) return;
  form.hidden = false;
  root.querySelector("[data-closed]").hidden = true;
}

export function start() {
  if (!form) return;
  fillPlaces(placeSelect);
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
  state.onChange(open);
  open();
}
