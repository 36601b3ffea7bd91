/**
 * Fills a hidden field with the browser's time zone, so that people needn't choose it.
 *
 *   <input type="hidden" name="time_zone" data-browser-time-zone>
 */
for (const field of document.querySelectorAll("[data-browser-time-zone]")) {
  field.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone;
}
