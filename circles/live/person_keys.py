"""How the live page names someone in the room: a member by membership, a visitor by name.

“m12” and “v:Ann” are built and read here; static/js/live/ builds the same.
"""

MEMBER, VISITOR = "m", "v:"
LONGEST_NAME = 80


def member_key(membership_id: int) -> str:
    return f"{MEMBER}{membership_id}"


def visitor_key(name: str) -> str:
    return f"{VISITOR}{name}"


def read_key(key: str) -> tuple[int | None, str]:
    """What a key stands for, as (membership's id, visitor's name).

    One of them is empty; both are where the key names nobody.
    """
    if key.startswith(VISITOR):
        return None, key.removeprefix(VISITOR).strip()[:LONGEST_NAME]
    number = key.removeprefix(MEMBER)
    is_number = key.startswith(MEMBER) and number.isdecimal() and len(number) < 19
    return int(number) if is_number else None, ""
