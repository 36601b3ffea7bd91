"""Every size a page is looked at in: the window, the text, and the color scheme. Pages of the
reader are looked at in each page color, too, and with the largest text.

A page is loaded once and then arranged for each size, as that takes a fraction of the time.
"""

from itertools import product

WINDOWS = [(320, 640), (390, 844), (820, 1180), (1280, 900)]
TEXT_SIZES = ["normal", "larger"]
SCHEMES = ["light", "dark"]
# Those of the device are the schemes.
PAPERS = [("sepia", "light"), ("contrast", "light"), ("contrast", "dark")]
READING_SIZES = ["extra", "largest"]

SET_TEXT_SIZE = "size => { document.documentElement.dataset.textSize = size; }"
SET_PAPER = "paper => { document.documentElement.dataset.paper = paper; }"
SET_SPACING = "spacing => { document.documentElement.dataset.spacing = spacing; }"
# What is too wide for the window, and which controls are too small for a thumb. A link within a
# sentence is as high as its line, and so is the arrow after a source. A box to tick has its label
# beside it, in a row that is high enough.
MISFITS = """
asksForTargets => {
  const least = 43.5;
  const {scrollWidth, clientWidth} = document.documentElement;
  const found = [];
  if (scrollWidth > clientWidth) found.push(`scrolls sideways by ${scrollWidth - clientWidth} px`);
  if (!asksForTargets) return found;
  const controls = "a, button, summary, select, textarea, input, [role='button'], [role='tab']";
  for (const one of document.querySelectorAll(controls)) {
    const {width, height} = one.getBoundingClientRect();
    const exempt = ".visually-hidden, .skip-link, .page--reading, .sources__back, svg";
    const apart = one.closest(exempt);
    const isInline = getComputedStyle(one).display === "inline";
    const isTicked = ["checkbox", "radio"].includes(one.type) && one.labels.length;
    if (apart || isInline || isTicked || !width || !one.checkVisibility()) continue;
    if (height < least) {
      const name = (one.innerText || one.name || one.className).trim().slice(0, 40);
      found.push(`${one.tagName} “${name}” is ${Math.round(height)} px high`);
    }
  }
  return [...new Set(found)];
}
"""


def in_each(page):
    """Arrange the page in each size in turn, and give the name of that size."""
    for text_size, (width, height), scheme in product(TEXT_SIZES, WINDOWS, SCHEMES):
        page.evaluate(SET_TEXT_SIZE, text_size)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        yield f"{width} px, {text_size}, {scheme}"


def in_each_reading(page):
    """Arrange a page of the reader in each of the largest sizes, with narrow and wide spacing."""
    for text_size, spacing, width in product(READING_SIZES, ["normal", "wide"], [320, 390, 1280]):
        page.evaluate(SET_TEXT_SIZE, text_size)
        page.evaluate(SET_SPACING, spacing)
        page.set_viewport_size({"width": width, "height": 844})
        yield f"{width} px, {text_size}, {spacing}"


def on_each_paper(page):
    """Arrange the page on each color of the page, on a phone and on a desktop."""
    for (paper, scheme), width in product(PAPERS, [390, 1280]):
        page.evaluate(SET_PAPER, paper)
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme)
        yield f"{width} px, {paper}, {scheme}"


def misfits(page):
    """What doesn't fit the window or a thumb. Targets on Django's own pages aren't ours."""
    return page.evaluate(MISFITS, "/admin/" not in page.url)
