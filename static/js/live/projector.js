/**
 * The projector's type is as large as fits: the style sheet gives the largest, and `--fit` is the
 * part of it at which nothing has to be scrolled. Text that's too long for that stays readable.
 */
import { root } from "./boot.js";

const LEAST = 0.2;
const STEPS = 7; // halvings: to within a hundredth

const isTooLarge = () => document.documentElement.scrollHeight > innerHeight;

export function fit() {
  const set = (part) => root.style.setProperty("--fit", part);
  set(1);
  if (!isTooLarge()) return;
  let [fits, tooLarge] = [LEAST, 1];
  for (let step = 0; step < STEPS; step += 1) {
    const part = (fits + tooLarge) / 2;
    set(part);
    if (isTooLarge()) tooLarge = part;
    else fits = part;
  }
  set(fits);
}

export function start() {
  if (!("room" in root.dataset)) return;
  addEventListener("resize", fit);
  document.fonts?.ready.then(fit);
}
