/**
 * Tabs, by the ARIA Authoring Practices: arrow keys wrap around; one tab is in the tab order.
 *
 * The panel follows the step: action items where it is their turn, else notes. It changes only
 * when another panel's turn comes, so what someone chose by hand stays until then.
 */
import { isTyping, root } from "./boot.js";
import * as state from "./state.js";
import * as view from "./view.js";

const tabs = [...root.querySelectorAll("[role=tab]")];
const side = root.querySelector(".live__side");
let turn = null; // the tab whose turn it is
let isDue = false; // whether the panel waits to follow, as someone is typing

function choose(chosen, isFocused = true) {
  for (const tab of tabs) {
    const isChosen = tab === chosen;
    tab.setAttribute("aria-selected", String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !isChosen;
  }
  if (isFocused) chosen.focus();
}

function chooseByHand(tab) {
  isDue = false;
  choose(tab);
}

/** Show the panel whose turn it is, but never in place of one with something half typed. */
function catchUp() {
  const field = isTyping() && side.contains(document.activeElement) ? document.activeElement : null;
  if (!isDue || field?.value) return;
  isDue = false;
  choose(turn, false);
  // Who was about to type goes on in the other panel.
  const panel = document.getElementById(turn.getAttribute("aria-controls"));
  if (field && !panel.contains(field)) panel.querySelector("form:not([hidden]) textarea")?.focus();
}

function followStep() {
  const isForActions = view.looking().item?.kind === "promises";
  const next = document.getElementById(isForActions ? "tab-actions" : "tab-notes");
  if (next !== turn) {
    turn = next;
    isDue = true;
  }
  catchUp();
}

export function start() {
  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener("click", () => chooseByHand(tab));
    tab.addEventListener("keydown", ({ key }) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
      if (step) chooseByHand(tabs[(index + step + tabs.length) % tabs.length]);
    });
  }
  if (!tabs.length) return;
  side.addEventListener("focusout", () => setTimeout(catchUp));
  state.onChange(followStep);
  view.onChange(followStep);
  followStep();
}
