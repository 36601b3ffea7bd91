/**
 * Formats the text of a field, and inserts into it.
 *
 *   <div data-tools-for="id_body" hidden>
 *     <button type="button" data-around="**">…   puts it around the selection
 *     <button type="button" data-lines="- ">…    begins each selected line with it
 *     <button type="button" data-link="words">…  makes the selection a link
 *   </div>
 *   <div data-insert-into="id_body"><button type="button" data-insert="[@one]" hidden>…
 *
 * What has `data-block` becomes a paragraph of its own. Undo of the browser works, as the text is
 * changed the way that typing changes it.
 */
for (const tools of document.querySelectorAll("[data-tools-for]")) tools.hidden = false;
for (const button of document.querySelectorAll("[data-insert]")) button.hidden = false;

/** Put this in place of the selection, and select `length` characters of it after `skip`. */
function type(field, text, skip = text.length, length = 0) {
  field.focus();
  const start = field.selectionStart;
  // Nothing else keeps the browser's own undo.
  if (!document.execCommand("insertText", false, text)) {
    field.setRangeText(text, start, field.selectionEnd, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  field.setSelectionRange(start + skip, start + skip + length);
}

const selected = (field) => field.value.slice(field.selectionStart, field.selectionEnd);

function around(field, mark) {
  const words = selected(field);
  type(field, `${mark}${words}${mark}`, mark.length, words.length);
}

function link(field, fallback) {
  const words = selected(field) || fallback;
  const address = "https://";
  type(field, `[${words}](${address})`, words.length + 3, address.length);
}

function lines(field, mark) {
  const start = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
  field.setSelectionRange(start, Math.max(start, field.selectionEnd));
  const text = selected(field).split("\n").map((line) => `${mark}${line}`).join("\n");
  // A list or a quote begins after a blank line.
  const isApart = start === 0 || field.value.slice(0, start).endsWith("\n\n");
  type(field, isApart ? text : `\n${text}`);
}

function insert(field, code, isBlock) {
  // What was selected stays: the code follows it.
  const at = field.selectionEnd;
  field.setSelectionRange(at, at);
  if (!isBlock) {
    type(field, code);
    return;
  }
  const [before, after] = [field.value.slice(0, at), field.value.slice(at)];
  const gap = (text, pattern) => (text.trim() && !pattern.test(text) ? "\n\n" : "");
  type(field, `${gap(before, /\n\n$/)}${code}${gap(after, /^\n\n/)}`);
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  const tools = button?.closest("[data-tools-for]");
  const list = button?.closest("[data-insert-into]");
  const field = document.getElementById(tools?.dataset.toolsFor ?? list?.dataset.insertInto);
  if (!field) return;
  if (button.dataset.around) around(field, button.dataset.around);
  else if (button.dataset.link) link(field, button.dataset.link);
  else if (button.dataset.lines) lines(field, button.dataset.lines);
  else if (button.dataset.insert) insert(field, button.dataset.insert, "block" in button.dataset);
});
