"""Migrations that keep no one waiting, however many rows a table has. This is for PostgreSQL. On
SQLite, where one who writes waits for all others anyway, they're Django's own.

A migration that extends `OnlineMigration` commits after each operation and remembers it, so it can
be interrupted and run again. Others write while an index is made. A constraint holds for new rows
first, and is then checked on the old ones. Python that changes rows goes through them with
`in_batches`, and may start again from the first one.
"""

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

from django.db import NotSupportedError, connection, migrations, models, transaction
from django.db.backends.ddl_references import Statement
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from .migration_state import STEP


def in_batches(rows: models.QuerySet, size: int = 2000) -> Iterator[models.QuerySet]:
    """Yield all rows, so many at a time, in the order of their keys."""
    left = rows
    while True:
        first_of_next = left.order_by("pk").values_list("pk", flat=True)[size : size + 1].first()
        if first_of_next is None:
            yield left
            return
        yield left.filter(pk__lt=first_of_next)
        left = rows.filter(pk__gte=first_of_next)


class OnlineEditor(DatabaseSchemaEditor):
    """Adds fields, indexes and constraints, each of which may be there, whole or in part."""

    sql_create_column = DatabaseSchemaEditor.sql_create_column.replace(
        "ADD COLUMN", "ADD COLUMN IF NOT EXISTS"
    )
    # Within ADD COLUMN, a check would read all rows while no one else may.
    sql_check_constraint = ""
    sql_create_check = (
        "ALTER TABLE %(table)s DROP CONSTRAINT IF EXISTS %(name)s, "
        "ADD CONSTRAINT %(name)s CHECK (%(check)s) NOT VALID"
    )
    sql_validate = "ALTER TABLE %(table)s VALIDATE CONSTRAINT %(name)s"
    sql_create_index = DatabaseSchemaEditor.sql_create_index_concurrently
    sql_create_unique_index = DatabaseSchemaEditor.sql_create_unique_index.replace(
        "CREATE UNIQUE INDEX", "CREATE UNIQUE INDEX CONCURRENTLY"
    )
    sql_create_unique = (
        "ALTER TABLE %(table)s ADD CONSTRAINT %(name)s UNIQUE USING INDEX %(name)s%(deferrable)s"
    )
    sql_drop_unique = "ALTER TABLE %(table)s DROP CONSTRAINT IF EXISTS %(name)s"
    # What was stopped halfway leaves an index that no one uses and each writer keeps up to date.
    sql_drop_index = "DROP INDEX CONCURRENTLY IF EXISTS %(name)s"

    def add_field(self, model: type[models.Model], field: models.Field) -> None:
        if field.unique or field.many_to_many:
            raise NotSupportedError("Add a constraint or a model with two foreign keys.")
        with transaction.atomic(self.connection.alias):
            super().add_field(model, field)
        indexes, self.deferred_sql = self.deferred_sql, []
        for index in indexes:
            self._make_index(index)
        if check := field.db_parameters(self.connection)["check"]:
            table = model._meta.db_table
            # The name that PostgreSQL gives to a check within ADD COLUMN.
            name = self.quote_name(f"{table}_{field.column}_check")
            self._hold({"table": self.quote_name(table), "name": name, "check": check})

    def add_index(
        self, model: type[models.Model], index: models.Index, concurrently: bool = True
    ) -> None:
        self._make_index(index.create_sql(model, self, concurrently=concurrently))

    def add_constraint(self, model: type[models.Model], constraint: models.BaseConstraint) -> None:
        statement: Any = constraint.create_sql(model, self)
        if isinstance(constraint, models.CheckConstraint):
            self._hold(statement.parts)
        elif statement.template == self.sql_create_unique:
            self.execute(self.sql_drop_unique % statement.parts, None)
            self._make_index(Statement(self.sql_create_unique_index, **statement.parts))
            self.execute(statement, None)
        else:
            self._make_index(statement)

    def _make_index(self, statement: Statement) -> None:
        self.execute(self.sql_drop_index % statement.parts, None)
        self.execute(statement, None)

    def _hold(self, parts: dict[str, Any]) -> None:
        self.execute(self.sql_create_check % parts, None)
        self.execute(self.sql_validate % parts, None)


class QuickEditor(DatabaseSchemaEditor):
    """Does all else. Django makes a foreign key again to rename its field: it's checked later."""

    sql_create_fk = f"{DatabaseSchemaEditor.sql_create_fk} NOT VALID"


class OnlineMigration(migrations.Migration):
    """A migration of a table that can have a million rows."""

    atomic = connection.vendor != "postgresql"
    # These take their time, and do no harm if they begin again.
    LONG = (
        migrations.AddField,
        migrations.AddIndex,
        migrations.AddConstraint,
        migrations.RunPython,
    )

    def apply(
        self, project_state: ProjectState, schema_editor: Any, collect_sql: bool = False
    ) -> ProjectState:
        if schema_editor.connection.vendor != "postgresql":
            return super().apply(project_state, schema_editor, collect_sql)
        done = set() if collect_sql else self._done(schema_editor.connection)
        for number, operation in enumerate(self.operations, 1):
            before = project_state.clone()
            operation.state_forwards(self.app_label, project_state)
            step = f"{self.name}{STEP}{number}"
            if step in done:
                continue
            if collect_sql:
                schema_editor.collected_sql += ["--", f"-- {operation.describe()}", "--"]
            if collect_sql and not operation.reduces_to_sql:
                schema_editor.collected_sql += ["-- THIS OPERATION CANNOT BE WRITTEN AS SQL"]
            else:
                self._run(operation, step, schema_editor, before, project_state)
        if not collect_sql:
            self._check_foreign_keys(schema_editor)
        return project_state

    def unapply(
        self, project_state: ProjectState, schema_editor: Any, collect_sql: bool = False
    ) -> ProjectState:
        if schema_editor.connection.vendor != "postgresql" or collect_sql:
            return super().unapply(project_state, schema_editor, collect_sql)
        with transaction.atomic(schema_editor.connection.alias):
            self._steps(schema_editor.connection).delete()
            return super().unapply(project_state, schema_editor)

    def _run(
        self,
        operation: Operation,
        step: str,
        outer: DatabaseSchemaEditor,
        before: ProjectState,
        after: ProjectState,
    ) -> None:
        is_long = isinstance(operation, self.LONG)
        editor_class = OnlineEditor if is_long else QuickEditor
        with nullcontext() if is_long else transaction.atomic(outer.connection.alias):
            with editor_class(outer.connection, outer.collect_sql, atomic=False) as editor:
                operation.database_forwards(self.app_label, editor, before, after)
            if outer.collect_sql:
                outer.collected_sql += editor.collected_sql
            else:
                MigrationRecorder(outer.connection).record_applied(self.app_label, step)

    def _check_foreign_keys(self, editor: DatabaseSchemaEditor) -> None:
        with editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint "
                "WHERE contype = 'f' AND NOT convalidated "
                "AND starts_with(conrelid::regclass::text, %s)",
                [f"{self.app_label}_"],
            )
            for table, name in cursor.fetchall():
                cursor.execute(OnlineEditor.sql_validate % {"table": table, "name": name})

    def _steps(self, on: Any) -> models.QuerySet:
        """The steps that are done: rows of Django's table, which ignores names it doesn't know."""
        rows = MigrationRecorder(on).migration_qs
        return rows.filter(app=self.app_label, name__contains=STEP)

    def _done(self, on: Any) -> set[str]:
        steps = self._steps(on)
        # No one asks for those of an earlier migration any more.
        steps.exclude(name__startswith=self.name + STEP).delete()
        return set(steps.values_list("name", flat=True))
