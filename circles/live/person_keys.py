"""Keys of people on the live page: “m12” is a member (by membership), “v:Ann” a visitor.

They are built and read here; static/js/live/ builds the same keys.
"""

from config.odd_requests import read_number

MEMBER, VISITOR = "m", "v:"
LONGEST_NAME = 80


def member_key(membership_id: int) -> str:
    return f"{MEMBER}{membership_id}"


def visitor_key(name: str) -> str:
    return f"{VISITOR}{name}"


def read_key(key: str) -> tuple[int | None, str]:
    """Read a key as (membership's id, visitor's name).

    One of the two is empty; both are if the key is malformed.
    """
    if key.startswith(VISITOR):
        return None, key.removeprefix(VISITOR).strip()[:LONGEST_NAME]
    number = key.removeprefix(MEMBER) if key.startswith(MEMBER) else None
    return read_number(number), ""
