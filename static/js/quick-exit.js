/**
 * Leaves the page at once, by a click or by pressing Escape three times within two seconds. What
 * this device keeps of briefs is deleted.
 *
 *   <script src="early.js" data-has-exit></script>
 *   <a href="https://www.weather.gov/" data-quick-exit rel="noreferrer">Quick exit</a>
 *
 * The page turns blank. Where the browser tells its history (Navigation API), the tab goes back to
 * the first page of the reading, which leaves in its turn (early.js). So nothing to read stays
 * behind the exit. What Forward would show goes, too, but for one entry. Wherever one is left,
 * early.js keeps it from being shown again. Without scripts, this is an ordinary link.
 */
import { forgetPages } from "./kept-here.js";

const PATIENCE = 400; // milliseconds until it leaves from this page after all
const presses = [];

/** Remember in this tab where the reader left to. Returns whether that worked. */
function remember(address) {
  try {
    sessionStorage.setItem("quick-exit", address);
    return true;
  } catch {
    return false;
  }
}

/** How many steps back the reading began; 0 if here, or if the browser doesn't tell. */
function stepsToFirst() {
  const first = globalThis.navigation?.entries().find((entry) => entry.getState()?.hasExit);
  return first ? Math.max(0, navigation.currentEntry.index - first.index) : 0;
}

function leave() {
  const exit = document.querySelector("[data-quick-exit]");
  if (!exit) return;
  const away = () => location.replace(exit.href);
  document.documentElement.style.visibility = "hidden";
  forgetPages().catch(() => null); // Forbidden: then there are none.
  if (!remember(exit.href)) {
    away(); // A page that can't know of the exit would be shown.
    return;
  }
  const steps = stepsToFirst();
  history.pushState(null, ""); // Now nothing is ahead of this page but itself.
  addEventListener("popstate", away); // The first page is this one.
  setTimeout(away, PATIENCE);
  history.go(-1 - steps);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-quick-exit]")) {
    event.preventDefault();
    leave();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  presses.push(event.timeStamp);
  if (presses.length >= 3 && event.timeStamp - presses.at(-3) < 2000) leave();
});
