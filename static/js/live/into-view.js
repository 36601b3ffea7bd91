/** Brings what is new on the stage into view, but never while someone types. */
import { isTyping } from "./boot.js";

const wantsNoMotion = matchMedia("(prefers-reduced-motion: reduce)");
let known = null;

/** Whether most of it can be read without scrolling. */
function isInView(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= 0 && (bottom <= innerHeight || top <= innerHeight / 4);
}

/**
 * Scroll to an element if what it shows is new. What a page opens with stays where it is.
 *
 * @param {Element} element
 * @param {string} shown what it shows, as a text to compare
 */
export function keepInView(element, shown) {
  const isNew = known !== null && shown !== known;
  known = shown;
  if (!isNew || isTyping() || isInView(element)) return;
  element.scrollIntoView({ block: "start", behavior: wantsNoMotion.matches ? "auto" : "smooth" });
}
