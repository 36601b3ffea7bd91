"""A connection to PostgreSQL outlives a restart of the server."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import close_old_connections, connection

AT_ONCE, REQUESTS = 3, 30


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server")
@pytest.mark.django_db(transaction=True)
def test_no_request_fails_after_the_server_has_ended_all_connections(client):
    """Ending a connection from the server's side does to it what a restart does."""
    together = Barrier(AT_ONCE, timeout=60)

    def open_one(_number):
        connection.ensure_connection()
        together.wait()

    def ask(_number):
        close_old_connections()  # as each request does, but not the test's client
        return client.get("/healthz").status_code

    def end(_number):
        together.wait()
        connection.close()

    # Threads that live on with their connections, as those of gunicorn do.
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(open_one, range(AT_ONCE)))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchone()[0] >= AT_ONCE
        statuses = list(threads.map(ask, range(REQUESTS)))
        list(threads.map(end, range(AT_ONCE)))

    assert statuses == [200] * REQUESTS
