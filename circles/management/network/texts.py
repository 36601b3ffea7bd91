"""What the people of a made-up network are called, and what they say."""

from random import Random

FIRST_NAMES = """
Ada Amir Ana Ben Carla Chen Dalia Dev Elena Eli Femi Grace Hana Henry Ida Ivan Jamal Jo June Kofi
Lena Liam Lucia Mae Marco Mina Nadia Noah Olga Omar Pearl Pete Quinn Rosa Ruth Sam Sofia Tariq Tess
Uma Vera Walt Wen Ximena Yara Zoe
""".split()

LAST_NAMES = """
Abbott Alvarez Bauer Bell Boone Chaudhry Cole Cruz Dean Diaz Easton Fischer Flores Garcia Haddad
Hayes Ito Jensen Jones Kim Kowalski Lee Lopez Mbeki Miller Nguyen Novak Okafor Ortiz Park Patel
Quist Reyes Rossi Shah Silva Stone Takahashi Tran Usman Vega Ward West Young Zhou
""".split()

PLACES = """
Maple Oak River Harbor Hill Lake Mill Church Market Station Garden Meadow Spring Bridge Cedar Elm
""".split()

KINDS_OF_PLACE = ["Street", "Library", "Avenue", "Park", "Corner", "Green"]

PURPOSE = "Neighbors who read before they argue. We meet once a month, and everyone brings a chair."

AGREEMENTS = """\
Be curious: ask before you answer.
Speak for yourself, from what you know and have lived.
Share the air: everyone once before anyone twice. You may always pass.
What is said in the circle stays in the circle.
We begin on time and end on time."""

# A note is one of each.
BEGINNINGS = [
    "The numbers in the brief are older than they look.",
    "Several of us have seen this at work.",
    "We read the section twice and still stumbled over the second paragraph.",
    "Someone asked who would pay for it.",
    "It was hard to say this out loud.",
    "Two people knew of a case in our county.",
    "The table on this page changed a mind.",
    "We didn’t agree, and that was fine.",
    "At first it sounded far away.",
    "The round took longer than planned, and it was worth it.",
]
ENDINGS = [
    "We’d like to hear from the school about it.",
    "What’s missing is what it costs to do nothing.",
    "Most of us would start with the small step.",
    "It comes down to whom we trust with the records.",
    "No one here had known there’s an office for it.",
    "Next time we’ll begin with this question.",
    "The word itself means three different things to us.",
    "We should ask the people it’s about before we go on.",
    "That’s true in town; out on the farms it’s different.",
    "",
]

ACTIONS = [
    "Ask the library for large-print copies",
    "Call the county office and ask who keeps the numbers",
    "Find out when the council talks about it",
    "Invite someone who has worked with families",
    "Send everyone the link to the report",
    "Write down what each of us would do first",
]

COMMENTS = ["I may be ten minutes late.", "Bringing my sister.", "On shift that night. Sorry!"]

QUESTIONS = [
    "Who checks this where we live?",
    "What would change our mind?",
    "How does the next town do it?",
]

SUMMARY = "We read on, had two rounds, and ended on time. The figures were new to most of us."

CHANGES = ["A longer first round.", "Start with the question, not the text.", "Fewer sections."]


def name(chance: Random) -> str:
    return f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"
