"""A session and its person in one query, as every page of a signed-in person needs both.

The row of the device (`devices.py`) says whose session it is. A session without one, such as
before the first page, takes Django's own way. So does everything that isn't as it should be:
here it's only noticed, and Django decides what follows.
"""

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    load_backend,
    middleware,
)
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import DatabaseError, connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from config.outages import outage_of

from .models import User

# In plain SQL: to build this query takes longer than to run it.
FIND = """
    SELECT person.*, session.session_data AS session_data
    FROM django_session AS session
    LEFT JOIN accounts_device AS device ON device.session_id = session.session_key
    LEFT JOIN accounts_user AS person ON person.id = device.user_id
    WHERE session.session_key = %s AND session.expire_date > %s
"""


class SessionStore(db.SessionStore):
    """Django's store of sessions in the database, which reads the person too. Django derives
    the key that signs sessions from the name of this class, so it has that of its own.

    Attributes:
        person: who was last seen with this session; None if it has no device.
    """

    person: User | None = None

    def save(self, must_create: bool = False) -> None:
        """Django takes every error for the end of the session, which then would be a 400."""
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, DatabaseError) and outage_of(error):
                raise error.__context__ from None
            raise

    def load(self) -> dict[str, Any]:
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        for found in User.objects.raw(FIND, [self.session_key, now]):
            self.person = found if found.pk else None
            return self.decode(found.session_data)  # type: ignore[attr-defined]  # from the query
        self._session_key = None
        return {}


class PersonMiddleware(middleware.AuthenticationMiddleware):
    """Django's, which takes the person that came with the session."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(partial(_person_of, request))  # type: ignore[assignment]  # it's lazy


def _person_of(request: Any) -> Any:
    if not hasattr(request, "_cached_user") and _is_signed_in(request.session):
        request._cached_user = request.session.person
    return middleware.get_user(request)


def _is_signed_in(session: SessionStore) -> bool:
    """Whether the session's person passes all checks of `django.contrib.auth.get_user`."""
    person_id, path = session.get(SESSION_KEY), session.get(BACKEND_SESSION_KEY)
    person = session.person
    if person is None or str(person.pk) != person_id:
        return False
    if path not in settings.AUTHENTICATION_BACKENDS:
        return False
    backend: Any = load_backend(path)
    proof = session.get(HASH_SESSION_KEY, "")
    return backend.user_can_authenticate(person) and constant_time_compare(
        proof, person.get_session_auth_hash()
    )
