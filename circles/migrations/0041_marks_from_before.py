"""Every private note, star, “confusing” mark and question becomes a mark, as it is.

This is one transaction, as nothing would tell what’s copied from what isn’t. It locks nothing that
others need.
"""

from django.db import migrations

from config.online_migrations import in_batches

KINDS = {"star": "star", "puzzled": "confusing", "question": "question"}
AT_ONCE = 500


def copy_notes(apps, schema_editor):
    mark = apps.get_model("circles", "Mark")
    for some in in_batches(apps.get_model("circles", "PrivateNote").objects.all(), AT_ONCE):
        mark.objects.bulk_create(
            mark(
                user_id=note.user_id,
                section_id=note.section_id,
                kind="note",
                text=note.text,
                created_at=note.updated_at,
                longest_before=note.longest_before,
            )
            for note in some.order_by("pk")
        )


def copy_reactions(apps, schema_editor):
    reactions = apps.get_model("circles", "Reaction").objects.select_related("membership")
    for some in in_batches(apps.get_model("accounts", "User").objects.all(), AT_ONCE):
        copy(apps, reactions.filter(membership__user__in=some).order_by("pk"))


def copy(apps, reactions):
    """A person who reads for two circles made the same mark for each: it becomes one."""
    mark = apps.get_model("circles", "Mark")
    made, counted = {}, []
    for row in reactions:
        user = row.membership.user_id
        text = row.text if row.kind == "question" else ""
        key = (user, row.section_id, row.kind, text)
        if key not in made:
            made[key] = mark(
                user_id=user,
                section_id=row.section_id,
                kind=KINDS[row.kind],
                text=text,
                created_at=row.created_at,
                longest_before=row.longest_before,
            )
        counted.append((made[key], row.membership_id))
    mark.objects.bulk_create(made.values(), batch_size=AT_ONCE)
    through = mark.memberships.through
    through.objects.bulk_create(
        (through(mark_id=each.pk, membership_id=membership) for each, membership in counted),
        batch_size=AT_ONCE,
    )


class Migration(migrations.Migration):
    dependencies = [("circles", "0040_marks")]

    operations = [
        migrations.RunPython(copy_notes, migrations.RunPython.noop),
        migrations.RunPython(copy_reactions, migrations.RunPython.noop),
    ]
