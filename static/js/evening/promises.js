/** What is promised this evening. */
import { root } from "./page.js";
import * as state from "./state.js";

const place = root.querySelector("[data-promises]");

function draw() {
  place.replaceChildren(...state.actions().map(({ text, owner }) => {
    const row = document.createElement("li");
    row.textContent = owner ? `${text} (${owner})` : text;
    return row;
  }));
}

if (place) {
  state.onChange(draw);
  draw();
}
