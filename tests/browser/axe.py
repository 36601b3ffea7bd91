"""Runs axe-core on the parts of pages that it hasn't checked yet.

Pages share most of their parts, and axe takes seconds for a long page. So each part of a page
(each child of the body) has a shape: its elements with their classes, roles, and names of
attributes, without the text and without repetitions. A shape is checked against all rules
once, and against the rules that depend on the screen once for each size of screen. With
AXE=every, every page is checked against all rules, and against those of the screen in every size
(`make test-all`).
"""

import os
from collections import defaultdict
from functools import cache

from axe_playwright_python.sync_playwright import Axe

ALWAYS = os.environ.get("AXE") == "every"
# Rules that depend on the size and the color scheme of the screen.
OF_THE_SCREEN = ["color-contrast", "scrollable-region-focusable"]
OF_HIGH_CONTRAST = ["color-contrast-enhanced"]

SHAPES = """
() => {
  const hash = text => {
    let number = 5381;
    for (const letter of text) number = (number * 33 + letter.codePointAt(0)) % 9007199254740;
    return number.toString(36);
  };
  const shape = element => {
    const names = [...element.attributes].map(one => one.name).sort();
    const values = ["class", "type", "role", "hidden", "open", "disabled"].map(
      name => element.getAttribute(name)
    );
    const says = [...element.childNodes].some(one => one.nodeType === 3 && one.data.trim());
    const inner = element.tagName === "svg" ? [] : [...element.children].map(shape);
    return hash(JSON.stringify([element.tagName, names, values, says, [...new Set(inner)].sort()]));
  };
  return [...document.body.children].map(shape);
}
"""
# Returns only the faults: everything that passed is megabytes for a long page.
RUN = """
async ([parts, only]) => {
  const whole = !parts.length;
  const where = whole ? document : {include: parts.map(at => document.body.children[at])};
  const rules = only.length ? {runOnly: only} : {};
  const results = await axe.run(where, {preload: false, resultTypes: ["violations"], ...rules});
  return results.violations.map(fault =>
    `${fault.id}: ${fault.help} at ${fault.nodes.slice(0, 3).map(node => node.target).join(", ")}`
  );
}
"""

seen = set()
seen_on = defaultdict(set)


@cache
def axe():
    return Axe().axe_script


def faults_of_the_screen(page, *, is_strict=False):
    """What axe finds in the whole page by the rules that depend on the screen; with `is_strict`, by
    the one for a contrast of 7:1, too."""
    return page.evaluate(RUN, [[], OF_THE_SCREEN + OF_HIGH_CONTRAST * is_strict])


def faults(page, screen):
    """What axe finds in the parts of a page that it hasn't checked yet.

    Args:
        page: the page.
        screen: any key for the size of the screen.
    """
    if ALWAYS:
        page.evaluate(axe())
        return page.evaluate(RUN, [[], []])
    shapes = page.evaluate(SHAPES)
    new = [at for at, shape in enumerate(shapes) if shape not in seen]
    new_here = [at for at, shape in enumerate(shapes) if shape not in seen_on[screen]]
    if not new_here:
        return []
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe())
    # A new main part is checked with the whole page (headings, landmarks, ids).
    found = []
    if new:
        has_main = page.evaluate(
            "at => at.some(one => document.body.children[one].id === 'main')", new
        )
        found = page.evaluate(RUN, [[] if has_main else new, []])
    if new_here != new:
        found += page.evaluate(RUN, [new_here, OF_THE_SCREEN])
    if not found:
        seen.update(shapes)
        seen_on[screen].update(shapes)
    return found
