/**
 * Loads the script for marks, once the page has what it needs. Only a signed-in reader's page does.
 *
 *   <div id="mark-tools" data-script="/static/js/marks/marks.js">
 */
import { loadScript } from "../scripts.js";

let isLoaded = false;

function load() {
  const address = document.getElementById("mark-tools")?.dataset.script;
  if (isLoaded || !address) return;
  isLoaded = true;
  loadScript(address);
}

load();
document.addEventListener("htmx:load", load);
