/** The queue of the live page: notes, action items, attendance, and moves of this meeting. */
import { openQueue } from "../offline/queue.js";
import { data } from "./boot.js";
import * as store from "./store.js";

export const {
  onChange, entries, troubles, status, add, dismiss, flush, heard, start,
} = openQueue(store, { person: data.user, place: data.meeting, page: data.run });
