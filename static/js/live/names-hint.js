/**
 * A hint while someone types a member's name in a circle whose notes don't include names. It never
 * keeps a note from being saved. The server finds names by the same rule (circles/notes/names.py).
 */
import { announce, data, say, words } from "./boot.js";

const escaped = data.names.map((name) => name.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
const NAMES = escaped.length
  ? new RegExp(`(?<![\\p{L}\\p{N}_])(?:${escaped.join("|")})(?![\\p{L}\\p{N}_])`, "u") : null;

/** The hint for a text; empty if it holds no name. */
export function hintFor(text) {
  const name = NAMES?.exec(text)?.[0];
  return name ? say(words.says_name, name) : "";
}

/** Show the hint for a field in this line, while it is typed in. */
export function watch(field, line) {
  const draw = () => {
    const hint = hintFor(field.value);
    if (hint === line.textContent) return;
    line.textContent = hint;
    line.hidden = !hint;
    if (hint) announce(words.no_names);
  };
  field.addEventListener("input", draw);
  draw();
  return draw;
}
