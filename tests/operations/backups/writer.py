"""A process that writes notes without a pause: `python -m tests.operations.backups.writer SEED`.

For each note that the database confirmed, it prints the moment of that, and the note's id. It
goes on until its standard input is closed.
"""

import random
import select
import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402

from circles.models import Meeting, Membership, Note  # noqa: E402


def main(seed):
    chance, meeting = random.Random(seed), Meeting.objects.get()
    author = Membership.objects.get()
    while not select.select([sys.stdin], [], [], 0)[0]:
        text = "".join(chance.choices("river bridge rain ", k=chance.randint(1, 4000))) + "."
        with meeting.changing():
            note = Note.objects.create(meeting=meeting, author=author.user, text=text)
        print(timezone.now().isoformat(), note.pk, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
