/**
 * The script of the pages on which a brief is read: what every page runs, and what only they need.
 */
import "./every-page.js";
import "./announce.js";
import "./chart-tools.js";
import "./come-back.js";
import "./contents-follow.js";
import "./contents-open.js";
import "./listen-start.js";
import "./marks/load.js";
import "./report-mistake.js";
import "./source-sheet.js";
import "./undo-goes-back.js";
