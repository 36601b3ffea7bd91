"""Starts workers, each as a process of its own, without loading Django for each.

It reads commands of one letter from standard input and answers each with lines on its output:
w   start a worker that sends what is due. It prints its pid and waits for one more letter to
    begin; its exit status follows when it has ended.
c   print what is claimed and not sent, as JSON, and set the clock forward to the end of the
    claims.
s   print how many emails are not sent.

It never opens the database itself, because forked processes must not share a connection.
"""

import json
import os
import sys

import django

django.setup()

from django.core.mail.utils import DNS_NAME  # noqa: E402
from django.template.loader import get_template  # noqa: E402
from django.utils import timezone  # noqa: E402

from circles.mail.delivery import deliver  # noqa: E402
from circles.models import Mail  # noqa: E402

# Loaded once here, so that workers don't look it up again.
str(DNS_NAME)
for name in ("base", "invitation"):
    for kind in ("txt", "html"):
        get_template(f"mail/{name}.{kind}")


def say(line):
    os.write(1, f"{line}\n".encode())


def work():
    say(os.getpid())
    os.read(0, 1)
    deliver()


def end_claims():
    claimed = Mail.objects.waiting().exclude(claimed_until=None)
    say(json.dumps(list(claimed.values_list("address", "invitation__circle__name"))))
    claimed.update(claimed_until=timezone.now())


def count_unsent():
    say(Mail.objects.filter(sent_at=None).count())


TASKS = {b"w": work, b"c": end_claims, b"s": count_unsent}

while letter := os.read(0, 1):
    pid = os.fork()
    if not pid:
        TASKS[letter]()
        sys.stdout.flush()
        os._exit(0)
    _pid, status = os.waitpid(pid, 0)
    if letter == b"w":
        say(os.waitstatus_to_exitcode(status))
