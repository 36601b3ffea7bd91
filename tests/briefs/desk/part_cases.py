"""A draft to edit."""

from briefs.models import Draft
from tests.factories import make_user

from ..samples import Draft as Sample

BODY = "Three wells serve the town.\n\nThey are old [@survey].\n\n![](figure:use)\n\nWho pays?"
DATA = {"series": ["2025"], "rows": [["Homes", 60], ["Farms", 40]]}


def make_sample():
    """Three sections, two sources, a chart, and a question on the second paragraph."""
    sample = Sample()
    sample.fields("wells")["body"] = BODY
    sample.fields("wells-ask", "question")["paragraph"] = 2
    key = {"section": ["water", "wells"]}
    sample.part("source", slug="survey", title="Water survey", publisher="The county", position=1)
    sample.part("source", slug="unread", title="Never cited", publisher="A paper", position=2)
    sample.part(
        "figure",
        slug="use",
        kind="bar",
        title="Who uses water",
        summary="Homes use more.",
        unit="%",
        data=DATA,
        source=["water", "survey"],
        **key,
    )
    return sample


def make_draft(by=None, **options):
    return Draft.objects.start(make_sample().fixture.data, by=by or make_user(), **options)


def fields_of(response, **changed):
    """What the form of a part sends, with changes."""
    form = response.context["form"]
    sent = {name: form[name].value() for name in form.fields}
    if numbers := getattr(form, "numbers", None):
        for cell in numbers.columns:
            sent[cell["name"]] = cell["value"]
        for row in numbers.table:
            sent[row["name"]] = row["label"]
            sent |= {cell["name"]: cell["value"] for cell in row["cells"]}
    return {name: "" if value is None else value for name, value in sent.items()} | changed
