"""What the page of a brief costs the server, in milliseconds of processor time a request."""

import time

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from briefs import editions
from briefs.models import Brief

URL = "/briefs/human-trafficking/"


def measure(what, call, times):
    """Print the mean over so many calls."""
    begun = time.process_time()
    for _ in range(times):
        call()
    each = (time.process_time() - begun) / times * 1000
    print(f"  {what:38} {each:7.2f} ms")


def main():
    call_command(
        "loaddata", str(settings.BASE_DIR / "fixtures/human_trafficking.yaml"), verbosity=0
    )
    brief = Brief.objects.get(slug="human-trafficking")
    client = Client(SERVER_NAME="localhost")
    etag = client.get(URL)["ETag"]

    def afresh():
        cache.clear()
        client.get(URL)

    measure("kept", lambda: client.get(URL), 500)
    measure(
        "kept, and the reader has it (304)",
        lambda: client.get(URL, headers={"If-None-Match": etag}),
        500,
    )
    measure("of which the fingerprint", lambda: editions.fingerprint(brief), 500)
    measure("of which the test client and middleware", lambda: client.get("/briefs/none/x/"), 500)
    measure("rendered afresh", afresh, 10)
