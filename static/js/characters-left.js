/**
 * Counts the characters that are left, near the end of a field.
 *
 *   <textarea maxlength="1000"></textarea>
 *   <template id="characters-left" data-left="Characters left: %d." data-over="… %d …">
 *     <p class="hint" role="status"></p>
 *   </template>
 *
 * The browser itself would cut what is pasted, without a word. So its limit is lifted here: the
 * line says how much is too much, and the server refuses the form and gives the text back.
 */
const FIELDS = "textarea[maxlength], input[type=text][maxlength]:not([inputmode=numeric])";
const PAUSE = 400; // milliseconds without typing, so that a screen reader isn't interrupted
const template = document.getElementById("characters-left");
const counters = new WeakMap();

/** The server counts letters, where a script counts parts of some of them, and trims. */
const lengthOf = (text) => [...text.trim()].length;

function tell({ limit, line }, field) {
  const left = limit - lengthOf(field.value);
  const isNear = left <= Math.min(200, Math.max(10, limit / 10));
  const sentence = left < 0 ? template.dataset.over : template.dataset.left;
  line.textContent = isNear ? sentence.replace("%d", Math.abs(left).toLocaleString()) : "";
  line.classList.toggle("field__error", left < 0);
}

function begin(field) {
  const line = template.content.firstElementChild.cloneNode(true);
  const counter = { limit: field.maxLength, line, timer: null };
  counters.set(field, counter);
  field.removeAttribute("maxlength");
  field.after(line);
  tell(counter, field);
}

function changed(field) {
  const counter = counters.get(field);
  if (!counter) return;
  clearTimeout(counter.timer);
  counter.timer = setTimeout(() => tell(counter, field), PAUSE);
}

if (template) {
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches(FIELDS)) begin(target);
    else changed(target);
  });
  // Scripts empty a field at a press of Enter, which is no input.
  for (const event of ["input", "keyup"]) {
    document.addEventListener(event, ({ target }) => changed(target));
  }
}
