/**
 * Makes moves of the meeting: saved here, shown at once, and sent when there is a network.
 *
 * The buttons are forms that also work without scripts; see templates/circles/live/_move.html.
 */
import { data } from "./boot.js";
import * as queue from "./queue.js";
import * as state from "./state.js";

/** Make a move, which says how things should be. circles/forms/live.py has the fields. */
export function move(fields) {
  const at = new Date(state.now()).toISOString().replace("Z", "+00:00");
  const subject = fields.do === "attend"
    ? { kind: "attend", id: fields.who }
    : { kind: "move", id: fields.do };
  queue.add({ subject, method: "POST", url: data.run, fields: { ...fields, at } });
}

export function start() {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-move]");
    if (!form) return;
    event.preventDefault();
    const { csrfmiddlewaretoken, ...fields } = Object.fromEntries(new FormData(form));
    const { name, value } = event.submitter ?? {};
    move(name ? { ...fields, [name]: value } : fields);
  });
}
