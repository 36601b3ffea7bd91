/**
 * Marks in the contents the section that is being read.
 *
 *   <nav data-contents-follow><a href="#history">…
 *   <section id="history">
 */
const contents = document.querySelector("[data-contents-follow]");
const links = new Map(
  [...(contents?.querySelectorAll("a[href^='#']") ?? [])].map((link) => [link.hash.slice(1), link]),
);
const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);

function follow() {
  const line = innerHeight * 0.3;
  const passed = headings.filter((heading) => heading.getBoundingClientRect().top <= line);
  const current = links.get((passed.at(-1) ?? headings[0])?.id);
  for (const link of links.values()) {
    if (link !== current) link.removeAttribute("aria-current");
  }
  if (current && !current.hasAttribute("aria-current")) {
    current.setAttribute("aria-current", "true");
    const { offsetTop, offsetHeight } = current;
    const box = contents;
    if (offsetTop < box.scrollTop || offsetTop + offsetHeight > box.scrollTop + box.clientHeight) {
      box.scrollTop = offsetTop - box.clientHeight / 2;
    }
  }
}

if (headings.length) {
  new IntersectionObserver(follow, { threshold: [0, 1] }).observe(headings[0]);
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; follow(); });
  }, { passive: true });
  // On a phone the contents cover the text: choosing closes them.
  contents.addEventListener("click", (event) => {
    const folded = event.target.closest("a") && contents.querySelector("details");
    if (folded && matchMedia("(max-width: 59.99rem)").matches) folded.open = false;
  });
  follow();
}
