/**
 * What every page runs: htmx, and modules that each start with the HTML they expect.
 */
import "./quick-exit.js";
import "./old-anchors.js";
import "../django_htmx/htmx-2.min.js";
import "./text-size-control.js";
import "./characters-left.js";
import "./copy-link.js";
import "./keep-draft.js";
import "./htmx-error.js";
import "./last-answer.js";
import "./print-page.js";
import "./who-is-here.js";
import "./load-offline.js";
