/** What the page of a part runs. Each module starts with the HTML that it expects. */
import "../keep-draft.js";
import "../characters-left.js";
import "./write.js";
import "./filter.js";
import "./numbers.js";
import "./by-section.js";
import "./live-preview.js";
