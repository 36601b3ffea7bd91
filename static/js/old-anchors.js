/**
 * Leads on from the cover of a brief to what older links point at, when all was on one page.
 *
 *   <div data-cover="/briefs/water/all/">          the whole on one page
 *   <li id="history"><a href="/briefs/water/history/">…   a row of the contents
 *
 * `#history` leads to the section, `#history-p3` to its third paragraph, and what's on no other page
 * (`#cite-survey-2`) to the whole. Without this script, the row is one tap away.
 */
const cover = document.querySelector("[data-cover]");

function leadOn() {
  const anchor = decodeURIComponent(location.hash.slice(1));
  if (!anchor) return;
  const [, slug, rest] = anchor.match(/^(?:mine-)?(.+?)(-p\d+)?$/) ?? [];
  const row = document.getElementById(slug)?.querySelector(":scope > .toc__row");
  if (row) location.replace(row.href + (rest ? `#${slug}${rest}` : ""));
  else if (!document.getElementById(anchor)) location.replace(cover.dataset.cover + location.hash);
}

if (cover) {
  leadOn();
  addEventListener("hashchange", leadOn);
}
