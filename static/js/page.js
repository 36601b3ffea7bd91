/**
 * The script of every page but a reader's (reader.js).
 *
 * In production all that it imports is in this one file (config/bundles.py).
 */
import "./every-page.js";
