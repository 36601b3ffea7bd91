/**
 * The script of the pages on which a brief is read: what every page runs, and what only they need.
 */
import "./every-page.js";
import "./come-back.js";
import "./contents-follow.js";
import "./contents-open.js";
import "./undo-goes-back.js";
