/**
 * Offers to listen to a section, if the device has a voice for its language.
 *
 *   <button data-listen="/static/js/listen.js" data-style="/static/css/listen.css"
 *       data-is-silent>Listen</button>
 *   <p data-listen-trouble role="alert" hidden>…
 *   <article lang="en">
 *
 * What reads aloud (listen.js, and its style sheet) loads when it's first asked for.
 */
import { loadScript } from "./scripts.js";
import { voicesOf } from "./voices.js";

const button = document.querySelector("[data-listen]");
const speech = globalThis.speechSynthesis;

function offer() {
  const { lang } = document.querySelector("article");
  button.toggleAttribute("data-is-silent", !voicesOf(lang).length);
}

function dress() {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = button.dataset.style;
  document.head.append(link);
}

function load() {
  const trouble = document.querySelector("[data-listen-trouble]");
  const script = loadScript(button.dataset.listen);
  script.addEventListener("error", () => {
    script.remove();
    trouble.hidden = false;
    button.addEventListener("click", load, { once: true });
  });
  trouble.hidden = true;
  // An iPhone speaks later on only if it was asked to in answer to a tap.
  speech.speak(new SpeechSynthesisUtterance(""));
}

if (button && speech) {
  offer();
  speech.addEventListener?.("voiceschanged", offer);
  button.addEventListener("click", dress, { once: true });
  button.addEventListener("click", load, { once: true });
}
