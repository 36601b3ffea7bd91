/**
 * The live page. Without scripts it works too; with them, it works offline, and all pages of a
 * circle follow each other. Modules draw nothing until they are started here, in this order.
 */
import * as conflicts from "./conflicts.js";
import * as entry from "./entry.js";
import * as follow from "./follow.js";
import * as moveButtons from "./move-buttons.js";
import * as noteList from "./note-list.js";
import * as offline from "./offline.js";
import * as people from "./people.js";
import * as actions from "./actions.js";
import * as projector from "./projector.js";
import * as queue from "./queue.js";
import * as shut from "./shut.js";
import * as stage from "./stage.js";
import * as statusLines from "./status-lines.js";
import * as tabs from "./tabs.js";
import * as wakeLock from "./wake-lock.js";

queue.start();
statusLines.start();
shut.start();
moveButtons.start();
stage.start();
projector.start();
entry.start();
noteList.start();
conflicts.start();
people.start();
actions.start();
tabs.start();
wakeLock.start();
offline.start();
queue.flush();
follow.start();
