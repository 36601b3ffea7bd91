/**
 * Leaves the page at once, by a click or by pressing Escape three times within two seconds. What
 * this device keeps of briefs is deleted.
 *
 *   <a href="https://www.weather.gov/" data-quick-exit rel="noreferrer">Quick exit</a>
 *
 * `location.replace` also replaces this page in the history, so that Back doesn't return here.
 * Without this script it is an ordinary link.
 */
import { forgetPages } from "./kept-here.js";

const presses = [];

function leave() {
  const exit = document.querySelector("[data-quick-exit]");
  if (!exit) return;
  forgetPages();
  location.replace(exit.href);
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
