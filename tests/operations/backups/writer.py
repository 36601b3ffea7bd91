"""A process that writes notes without a pause: `python -m tests.operations.backups.writer SEED`.

For each note that was saved, it prints the moment when it knew that, and the note's id. It goes on
until its standard input is closed.
"""

import random
import select
import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402

from circles.models import Meeting, Note  # noqa: E402


def main(seed):
    chance, meeting = random.Random(seed), Meeting.objects.get()
    while not select.select([sys.stdin], [], [], 0)[0]:
        note = Note(meeting=meeting, text="A river. " * chance.randint(1, 400))
        note.write(None)
        print(timezone.now().isoformat(), note.pk.hex, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
