/** Keeps the screen on while the page is visible (W3C Screen Wake Lock), unless switched off. */
import { root } from "./boot.js";

const control = root.querySelector("[data-awake]");
const box = control?.querySelector("input");

async function hold() {
  if (document.hidden || (box && !box.checked)) return null;
  try {
    return await navigator.wakeLock.request("screen");
  } catch {
    return null; // The battery is low, or the browser refuses.
  }
}

export function start() {
  if (!("wakeLock" in navigator)) return;
  let lock = hold();
  if (control) control.hidden = false;
  const again = async () => {
    (await lock)?.release();
    lock = hold();
  };
  box?.addEventListener("change", again);
  document.addEventListener("visibilitychange", again);
}
