/**
 * Loads the script that keeps briefs and marks on this device (offline/main.js), once the page, or
 * the part of it that htmx loads, says that someone is signed in. Visitors' devices keep nothing.
 *
 *   <span hidden data-offline="/static/js/offline/main.js" data-user="7">
 */
import { loadScript } from "./scripts.js";

let isAsked = false;

function ask() {
  const address = document.querySelector("[data-offline]")?.dataset.offline;
  if (isAsked || !address) return;
  isAsked = true;
  loadScript(address);
}

addEventListener("load", ask);
document.addEventListener("htmx:load", () => document.readyState === "complete" && ask());
