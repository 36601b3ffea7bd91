/**
 * The script of every page: htmx, and modules that each start with the HTML they expect.
 *
 * In production all of them are in this one file (config/bundles.py).
 */
import "./quick-exit.js";
import "./old-anchors.js";
import "../django_htmx/htmx-2.min.js";
import "./text-size-control.js";
import "./characters-left.js";
import "./come-back.js";
import "./contents-follow.js";
import "./contents-open.js";
import "./copy-link.js";
import "./keep-draft.js";
import "./htmx-error.js";
import "./print-page.js";
import "./who-is-here.js";
