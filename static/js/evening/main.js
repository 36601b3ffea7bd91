/**
 * The page of an evening. It works without this; with it, it goes on without a network, and
 * every page of the circle follows.
 */
import "./lines.js";
import "./moves.js";
import { draw } from "./stage.js";
import "./notes.js";
import "./people.js";
import "./promises.js";
import "./tabs.js";
import "./awake.js";
import "./offline.js";
import { follow } from "./follow.js";
import { flush } from "./queue.js";

draw();
flush();
follow();
