"""The group of editors. Its rights come after all migrations (`briefs/editors.py`)."""

from django.db import migrations
from django.db.models import Q

NAME = "Editors"
RIGHTS = ~Q(codename__startswith="delete_") | Q(codename="delete_seriesentry")


def make_group(apps, schema_editor):
    """A group of this name that someone made keeps its rights and its members, under another name:
    no one gets rights that no one gave them. One with the same rights is taken for the group.
    """
    using = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(using)
    rights = apps.get_model("auth", "Permission").objects.using(using)
    earlier = groups.filter(name=NAME).first()
    if earlier:
        ours = rights.filter(RIGHTS, content_type__app_label="briefs")
        theirs = earlier.permissions.values_list("pk", flat=True)
        if set(theirs) == set(ours.values_list("pk", flat=True)):
            return
        earlier.name = f"{NAME} (earlier group, {earlier.pk})"
        earlier.save(update_fields=["name"])
    groups.create(name=NAME)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("briefs", "0010_from_readers"),
    ]

    operations = [migrations.RunPython(make_group, migrations.RunPython.noop)]
