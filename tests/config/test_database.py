"""The pool of connections to PostgreSQL outlives a restart of the server."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

# A pool holds four connections unless told otherwise, and the test itself uses one.
AT_ONCE, REQUESTS = 3, 30


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server")
@pytest.mark.django_db(transaction=True)
def test_no_request_fails_after_the_server_has_ended_all_connections(client):
    """Ending a connection from the server's side does to it what a restart does."""
    together = Barrier(AT_ONCE, timeout=60)

    def hold_one(_number):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                together.wait()
        finally:
            connection.close()  # gives it back to the pool

    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(hold_one, range(AT_ONCE)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone()[0] >= AT_ONCE
    connection.close()

    def ask(_number):
        try:
            return client.get("/healthz").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        statuses = list(threads.map(ask, range(REQUESTS)))

    assert statuses == [200] * REQUESTS
