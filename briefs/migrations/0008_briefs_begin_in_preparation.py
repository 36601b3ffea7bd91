"""New briefs are for editors only until someone says otherwise, and texts have plain line ends.

The default isn't in the database, so no table is altered and no trigger goes. Recorded editions
left out who may read the brief if everyone may. Now they say it, as files do.
"""

from django.db import migrations, models
from django.db.models import F, Value
from django.db.models.functions import Replace

TEXTS = {
    "Brief": ["executive_summary", "about", "advisory"],
    "Section": ["body"],
    "Figure": ["summary"],
    "Question": ["text", "prompts"],
    "CallToAction": ["text"],
    "Series": ["summary"],
}


def write_plain_line_ends(apps, schema_editor):
    """Browsers sent CR LF, and the admin saved it."""
    for name, columns in TEXTS.items():
        rows = apps.get_model("briefs", name).objects
        for column in columns:
            plain = Replace(Replace(F(column), Value("\r\n"), Value("\n")), Value("\r"), Value("\n"))
            rows.filter(**{f"{column}__contains": "\r"}).update(**{column: plain})


def rewrite_editions(apps, schema_editor):
    editions = apps.get_model("briefs", "Edition").objects
    for edition in editions.iterator(chunk_size=20):
        content = [_as_now(item) for item in edition.content]
        if content != edition.content:
            editions.filter(pk=edition.pk).update(content=content)


def _as_now(item):
    fields = {name: _plain(value) for name, value in item["fields"].items()}
    if item["model"] == "briefs.brief":
        fields.setdefault("audience", "everyone")
    return {**item, "fields": fields}


def _plain(value):
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n")
    return value


class Migration(migrations.Migration):
    dependencies = [("briefs", "0007_drafts")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="brief",
                    name="audience",
                    field=models.CharField(
                        choices=[
                            ("everyone", "Everyone"),
                            ("members", "People who are signed in"),
                            ("editors", "Editors only (in preparation)"),
                        ],
                        default="editors",
                        max_length=16,
                        verbose_name="audience",
                    ),
                )
            ]
        ),
        migrations.RunPython(write_plain_line_ends, migrations.RunPython.noop),
        migrations.RunPython(rewrite_editions, migrations.RunPython.noop),
    ]
