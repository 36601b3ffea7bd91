/** What this reader marked in briefs on this device: the queue of what isn't sent yet. */
import { openBox } from "./box.js";
import { user } from "./here.js";
import { openQueue } from "./queue.js";

const PLACE = "reading";

export const box = openBox(user, PLACE);
export const queue = openQueue(box, {
  person: user,
  place: PLACE,
  page: document.querySelector("#account-nav [href$='/logout/']")?.href ?? location.href,
});
