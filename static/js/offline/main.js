/**
 * For readers who are signed in: keeps the brief of the page on this device, and sends what they
 * mark, now or when the network is back. Loaded by load-offline.js.
 */
import "./keep.js";
import "./send-marks.js";
import "./status.js";
import "./toggles.js";
