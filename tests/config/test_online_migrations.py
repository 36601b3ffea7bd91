"""No upgrade keeps people waiting while a table with many rows is gone through."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from config.online_migrations import OnlineMigration, in_batches
from tests.factories import make_user

# The migrations that only new sites run, on empty tables.
FIRST = {"accounts": "0003_language", "circles": "0016_mail_message_id"}
# What goes through a table, or may: Django's own keep everyone out meanwhile.
LONG = (migrations.AddField, migrations.AddIndex, migrations.AddConstraint)


def what_may_lock(migration):
    """What this migration does to tables from before it."""
    made = {
        operation.name_lower
        for operation in migration.operations
        if isinstance(operation, migrations.CreateModel)
    }
    return [
        operation.describe()
        for operation in migration.operations
        if isinstance(operation, LONG) and operation.model_name_lower not in made
    ]


def test_a_migration_of_a_table_that_grows_is_an_online_one():
    """`briefs` has a few rows a brief, so it's free."""
    found = {
        f"{app}.{name}": what_may_lock(migration)
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        if app in FIRST and name > FIRST[app] and not isinstance(migration, OnlineMigration)
    }

    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.django_db
def test_batches_have_each_row_once():
    people = {make_user(email=f"{number}@example.org").pk for number in range(5)}
    rows = type(make_user(email="other@example.org")).objects.filter(pk__in=people)

    batches = [list(some.values_list("pk", flat=True)) for some in in_batches(rows, size=2)]

    assert [len(batch) for batch in batches] == [2, 2, 1]
    assert {pk for batch in batches for pk in batch} == people


class Stopped(Exception):
    pass


@pytest.fixture
def leaves(transactional_db):
    """The state of an app with one table, for the other migrations of a test."""
    if connection.vendor != "postgresql":
        pytest.skip("On SQLite, a migration is one transaction.")
    state = ProjectState()
    first = migrations.Migration("0001_first", "trees")
    first.operations = [
        migrations.CreateModel("Leaf", [("id", models.BigAutoField(primary_key=True))])
    ]
    with connection.schema_editor() as editor:
        state = first.apply(state, editor)
    yield state
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS trees_leaf, trees_bud")
    MigrationRecorder(connection).migration_qs.filter(app="trees").delete()


def run(migration, state):
    with connection.schema_editor(atomic=False) as editor:
        return migration.apply(state.clone(), editor)


def test_an_interrupted_migration_goes_on_where_it_stopped(leaves):
    stops = [True]

    def fill(apps, _editor):
        leaves = apps.get_model("trees", "Leaf").objects
        if stops:
            leaves.create(size=1)
            stops.clear()
            raise Stopped
        leaves.filter(size=1).update(size=2)

    migration = OnlineMigration("0002_size", "trees")
    migration.operations = [
        migrations.CreateModel("Bud", [("id", models.BigAutoField(primary_key=True))]),
        migrations.AddField("leaf", "size", models.PositiveIntegerField(default=0, db_index=True)),
        migrations.AddField(
            "leaf", "above", models.ForeignKey("trees.leaf", models.CASCADE, null=True)
        ),
        migrations.RenameField("leaf", "above", "parent"),
        migrations.RunPython(fill),
        migrations.AddIndex("leaf", models.Index(fields=["size"], name="leaf_by_size")),
        migrations.AddConstraint(
            "leaf", models.CheckConstraint(condition=models.Q(size__lt=9), name="leaf_is_small")
        ),
        migrations.AddConstraint(
            "leaf", models.UniqueConstraint(fields=["size"], name="one_of_a_size")
        ),
        migrations.AddConstraint(
            "leaf",
            models.UniqueConstraint(
                fields=["size"], condition=models.Q(size__gt=3), name="one_large_of_a_size"
            ),
        ),
    ]

    with pytest.raises(Stopped):
        run(migration, leaves)
    state = run(migration, leaves)

    assert state.apps.get_model("trees", "Leaf").objects.get().size == 2
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "trees_leaf")
        cursor.execute("SELECT count(*) FROM pg_constraint WHERE NOT convalidated")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM pg_index WHERE NOT indisvalid")
        assert cursor.fetchone() == (0,)
    names = {"leaf_by_size", "leaf_is_small", "one_of_a_size", "one_large_of_a_size"}
    assert names | {"trees_leaf_size_check"} <= set(found)


def test_an_index_that_was_left_half_made_is_made_again(leaves):
    """PostgreSQL keeps the index of a unique constraint that failed, and no query uses it."""
    migration = OnlineMigration("0002_size", "trees")
    unique = models.UniqueConstraint(fields=["size"], name="one_of_a_size")
    migration.operations = [
        migrations.AddField("leaf", "size", models.IntegerField(default=0)),
        migrations.AddConstraint("leaf", unique),
    ]
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO trees_leaf DEFAULT VALUES")
        cursor.execute("INSERT INTO trees_leaf DEFAULT VALUES")

    with pytest.raises(Exception, match="one_of_a_size"):
        run(migration, leaves)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE trees_leaf SET size = id")
    run(migration, leaves)

    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "trees_leaf")
    assert found["one_of_a_size"]["unique"]
