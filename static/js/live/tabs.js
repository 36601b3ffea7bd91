/** Tabs, by the ARIA Authoring Practices: arrow keys wrap around; one tab is in the tab order. */
import { root } from "./boot.js";

const tabs = [...root.querySelectorAll("[role=tab]")];

function choose(chosen, isFocused = true) {
  for (const tab of tabs) {
    const isChosen = tab === chosen;
    tab.setAttribute("aria-selected", String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !isChosen;
  }
  if (isFocused) chosen.focus();
}

export function start() {
  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", ({ key }) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
      if (step) choose(tabs[(index + step + tabs.length) % tabs.length]);
    });
  }
  if (tabs.length) choose(tabs[0], false);
}
