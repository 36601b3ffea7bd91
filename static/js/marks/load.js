/**
 * Loads the script for marks, once the page has what it needs. Only a signed-in reader's page does.
 *
 *   <div id="mark-tools" data-script="/static/js/marks/marks.js">
 */
function load() {
  const tools = document.getElementById("mark-tools");
  if (!tools || document.getElementById("marks-script")) return;
  const script = document.createElement("script");
  Object.assign(script, { id: "marks-script", type: "module", src: tools.dataset.script });
  document.head.append(script);
}

load();
document.addEventListener("htmx:load", load);
