"""What stands on the page of a brief and in which order: on the screen, on paper, in a file."""

from itertools import groupby

from ..models import CallToAction

# The calls to action follow the section of this slug; without one they follow the last.
STEPS_FOLLOW = "what-you-can-do"


def in_tree_order(sections):
    """Sections as they stand in the brief: each as (section, the headings above it)."""
    children = {}
    known = {section.pk for section in sections}
    for section in sorted(sections, key=lambda s: (s.position, s.slug)):
        # What hangs on a section that is not among these stands at the top.
        parent = section.parent_id if section.parent_id in known else None
        children.setdefault(parent, []).append(section)

    def walk(parent, above):
        for section in children.get(parent, []):
            yield section, above
            yield from walk(section.pk, [*above, section.heading])

    return list(walk(None, []))


def in_step_order(calls):
    """Calls to action under the names of their steps: [(step, calls), …]."""
    order = {step: place for place, step in enumerate(CallToAction.Step.values)}
    ordered = sorted(calls, key=lambda call: (order[call.step], call.position, call.slug))
    return [
        (CallToAction.Step(step).label, list(group))
        for step, group in groupby(ordered, key=lambda call: call.step)
    ]
