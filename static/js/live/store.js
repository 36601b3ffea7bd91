/** What the live page saves on the device, by person and meeting (box.js). */
import { openBox } from "../offline/box.js";
import { data } from "./boot.js";

export const {
  prefix, oldPrefix, onFailure, takeOver, put, get, remove, keys,
} = openBox(data.user, data.meeting);

// Find out at once whether the browser lets the page save anything.
put("trial", 1);
remove("trial");
