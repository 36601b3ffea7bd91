/** Dates as the pages write them (config/when.py), in the language of the page. */

const NEAR = 335 * 24 * 3600 * 1000; // milliseconds

/** “Thu, Dec 17”, from “2026-12-17”; with the year if the day is more than eleven months away. */
export function shortDay(day) {
  const moment = new Date(`${day}T12:00`);
  if (Number.isNaN(moment.getTime())) return day;
  const isNear = Math.abs(moment - Date.now()) <= NEAR;
  return new Intl.DateTimeFormat(document.documentElement.lang || undefined, {
    weekday: "short", month: "short", day: "numeric", ...(isNear ? {} : { year: "numeric" }),
  }).format(moment);
}
