from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

import config.texts
from config.online_migrations import OnlineMigration

LIMITS = {
    "title": 120,
    "place": 200,
    "online_link": 400,
    "welcome": 2000,
    "minutes_summary": 10000,
    "cancel_reason": 300,
}


def limits():
    holds = Q()
    for name, limit in LIMITS.items():
        holds &= Q(
            LessThanOrEqual(Length(name), limit),
            LessThanOrEqual(Length(name), F("longest_before")),
            _connector="OR",
        )
    return models.CheckConstraint(condition=holds, name="meeting_texts_have_a_limit")


class Migration(OnlineMigration):
    dependencies = [("circles", "0033_circle_requests")]

    operations = [
        migrations.AddField(
            "meeting",
            "cancel_reason",
            models.TextField(
                "reason",
                blank=True,
                default="",
                max_length=300,
                validators=[config.texts.visible],
            ),
            preserve_default=False,
        ),
        migrations.RemoveConstraint("meeting", "meeting_texts_have_a_limit"),
        migrations.AddConstraint("meeting", limits()),
    ]
