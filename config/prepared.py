"""Querysets whose SQL is built once for each process.

Django builds the SQL of a queryset each time it runs. For a query with joins this takes ten
times as long as the query itself. `prepared` keeps what Django's compiler built, and later
calls only fill in other values.
"""

import copy
import functools
import re
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection, models

Arguments = ParamSpec("Arguments")
Row = TypeVar("Row")

MOST_IN_LIST = 64  # A longer list is rare, and its SQL isn't kept.
DAY = re.compile(r"\d{4}-\d\d-\d\d")


class CannotPrepare(Exception):
    """A queryset that would find something else the next time."""


def prepared(
    build: Callable[Arguments, "models.QuerySet[Any, Row]"],
) -> Callable[Arguments, list[Row]]:
    """Make a function that builds a queryset into one that gives its rows.

    What the function gets by position are values: numbers, texts, days, moments in UTC, or
    collections of numbers or of texts. They may only stand where the database compares them. What
    it gets by name may change the SQL itself, and a statement is kept for each. The queryset may
    depend on nothing else: a moment such as now is a value.

    Raises:
        CannotPrepare: the function does something else with a value, or a moment or day in its
            queryset isn't a value.
    """
    kept: dict[Any, _Statement] = {}

    @functools.wraps(build)
    def rows(*values: Any, **shape: Any) -> list[Row]:
        lists = [value for value in values if _is_list(value)]
        if any(len(value) > MOST_IN_LIST for value in lists):
            return list(build(*values, **shape))
        filled = [_padded(value) if _is_list(value) else value for value in values]
        kinds = [len(value) if _is_list(value) else type(value) for value in filled]
        key = (connection.vendor, *kinds, *sorted(shape.items()))
        if key not in kept:
            kept[key] = _Statement(functools.partial(build, **shape), filled)
        return kept[key].rows(filled)

    return rows


def _is_list(value: Any) -> bool:
    return isinstance(value, Collection) and not isinstance(value, str)


def _padded(numbers: Collection[int]) -> list[int]:
    """A list of 1, 2, 4, … numbers, so that few statements serve all lengths. The last one comes
    again, which changes nothing for `IN`. An empty list stays empty: Django leaves out of the SQL
    what can find nothing."""
    found = list(numbers)
    if not found:
        return []
    length = 1 << (len(found) - 1).bit_length()
    return found + found[-1:] * (length - len(found))


class _Statement:
    """The SQL of a queryset, and where in it each value goes."""

    def __init__(self, build: Callable[..., Any], like: list[Any]) -> None:
        # Built twice with other values: what differs are the values, and nothing else may.
        self._rows, self._compiler, self._sql, self._parameters, first = _built(build, like, 0)
        *_others, sql, parameters, second = _built(build, like, 500)
        self._at: dict[int, int] = {}
        self._converters: Any = None
        for at, (one, other) in enumerate(zip(self._parameters, parameters, strict=True)):
            if one in first and other in second and first.index(one) == second.index(other):
                self._at[at] = first.index(one)
            elif one != other or _is_day(one):
                raise CannotPrepare(f"{one!r} is not a value that the function was given.")
        # What an empty list leaves out of the SQL may have had other values in it.
        is_whole = {*self._at.values()} == {*range(len(first))} or [] in like
        if sql != self._sql or not is_whole:
            raise CannotPrepare("A value is used for something else than to compare it.")
        self._rows._query = _Kept(self._rows.query)

    def _converters_of(self, columns: Any) -> Any:
        """How values of the database become those of Python, which is the same each time."""
        if self._converters is None:
            self._converters = self._compiler.get_converters(columns)
        return self._converters

    def rows(self, values: list[Any]) -> list[Any]:
        if not self._sql:
            return []
        given = _flat(values)
        parameters = list(self._parameters)
        for at, which in self._at.items():
            parameters[at] = given[which]
        compiler = copy.copy(self._compiler)
        compiler.connection = connection  # each thread has its own
        compiler.as_sql = lambda *_options, **_more: (self._sql, tuple(parameters))
        compiler.get_converters = self._converters_of
        rows = self._rows._clone()
        rows.query.compiler = compiler
        return list(rows)


class _Kept:
    """Stands for a queryset's query. Its compiler has the SQL already."""

    def __init__(self, query: Any) -> None:
        self._query, self.compiler = query, None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)

    def chain(self) -> "_Kept":
        return _Kept(self._query)

    def get_compiler(self, *_database: Any, **_by_name: Any) -> Any:
        return self.compiler


def _built(build: Callable[..., Any], like: list[Any], start: int) -> tuple[Any, ...]:
    numbers = iter(range(start, start + 500))
    examples = [
        [_example(each, numbers) for each in value]
        if isinstance(value, list)
        else _example(value, numbers)
        for value in like
    ]
    rows = build(*examples)
    compiler = rows.query.get_compiler(connection=connection)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        sql, parameters = "", ()
    return rows, compiler, sql, parameters, _flat(examples)


def _example(value: Any, numbers: Iterator[int]) -> Any:
    """A value of the same kind that stands nowhere else in the SQL."""
    number = next(numbers)
    if isinstance(value, str):
        return f"example {number}"
    if isinstance(value, datetime):
        return datetime(1901, 1, 1, tzinfo=UTC) + timedelta(days=number)
    if isinstance(value, date):
        return date(1901, 1, 1) + timedelta(days=number)
    if isinstance(value, int) and not isinstance(value, bool):
        return 30_000 + number  # fits into the smallest column, which has 15 bits
    raise CannotPrepare(f"{value!r} can't be a value. Give it by name if the SQL depends on it.")


def _flat(values: list[Any]) -> list[Any]:
    """All values as the database gets them."""
    lists = (value if isinstance(value, list) else [value] for value in values)
    return [_adapted(each) for each in chain.from_iterable(lists)]


def _adapted(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value


def _is_day(parameter: Any) -> bool:
    return isinstance(parameter, date) or bool(DAY.match(str(parameter)))
