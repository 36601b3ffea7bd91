"""Fields get the names that the pages use. The columns keep what is in them."""

from django.db import migrations, models

from config.online_migrations import OnlineMigration

from config.online_migrations import OnlineMigration

KNOWN = "circle_confidentiality_is_known"
VALUES = ["off_the_record", "chatham_house", "recorded"]


class Migration(OnlineMigration):
    dependencies = [("circles", "0021_follow_a_persons_circles")]

    operations = [
        # A constraint names its field, so it steps aside while that is renamed.
        migrations.RemoveConstraint("circle", KNOWN),
        migrations.RenameField("circle", "confidentiality", "privacy"),
        migrations.AddConstraint(
            "circle", models.CheckConstraint(condition=models.Q(privacy__in=VALUES), name=KNOWN)
        ),
        migrations.RenameField("circle", "promise_notice", "action_limits"),
        migrations.RenameField("meeting", "recorder", "note_taker"),
        migrations.RenameField("meeting", "facilitator", "leader"),
        migrations.RenameField("rsvp", "word", "comment"),
        migrations.RenameField("datereply", "word", "comment"),
        migrations.RenameField("invitation", "word", "message"),
    ]
