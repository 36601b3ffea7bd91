"""Contents of drafts, to work on."""

SECTION = "briefs.section"


def brief(**fields):
    start = {"slug": "water", "title": "Water", "summary": "What it is.", "edition": "2026-01-01"}
    return {"model": "briefs.brief", "fields": start | fields}


def section(slug, parent=None, body="Some words.\n", **fields):
    found = {"brief": ["water"], "slug": slug, "heading": slug.capitalize(), "body": body}
    if parent:
        found["parent"] = ["water", parent]
    return {"model": SECTION, "fields": found | fields}


def part(model, slug, section=None, **fields):
    found = {"brief": ["water"], "slug": slug, **fields}
    if section:
        found["section"] = ["water", section]
    return {"model": f"briefs.{model}", "fields": found}


def tree_of(content):
    """The sections in reading order, with dots for their levels: [“wells”, “.deep”, …]."""
    from briefs.desk import tree

    return ["." * (row.level - 1) + row.slug for row in tree.rows(content)]
