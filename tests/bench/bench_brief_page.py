"""What the page of a brief costs the server, in milliseconds of processor time a request."""

import time

from django.core.cache import caches
from django.core.wsgi import get_wsgi_application
from django.test import Client, RequestFactory

from briefs.models import Brief

COVER = "/briefs/human-trafficking/"
URL = f"{COVER}all/"


def measure(what, call, times):
    """Print the mean over so many calls."""
    begun = time.process_time()
    for _ in range(times):
        call()
    each = (time.process_time() - begun) / times * 1000
    print(f"  {what:38} {each:7.2f} ms")


def main():
    slug = "human-trafficking"
    etag = Client(SERVER_NAME="localhost").get(URL)["ETag"]
    app = get_wsgi_application()
    factory = RequestFactory(SERVER_NAME="localhost")
    cover, section = factory.get(COVER).environ, factory.get(f"{COVER}who/").environ
    plain = factory.get(URL).environ
    known = factory.get(URL, headers={"If-None-Match": etag}).environ

    def serve(environ):
        response = app(dict(environ), lambda status, headers: None)
        b"".join(response)
        response.close()

    def afresh():
        caches["pages"].clear()
        serve(plain)

    measure("kept", lambda: serve(plain), 500)
    measure("kept, and the reader has it (304)", lambda: serve(known), 500)
    measure("of which the state", lambda: Brief.objects.at_a_glance(slug), 500)
    measure("the cover, kept", lambda: serve(cover), 500)
    measure("a section, kept", lambda: serve(section), 500)
    measure("rendered afresh", afresh, 10)
