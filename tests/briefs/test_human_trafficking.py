"""The brief on human trafficking has every fact of its source, in its own words.

`source_runs.txt` has fingerprints of the source, so that its sentences needn't be in this
repository. It was made from the whole text of The Policy Circle's brief, with quotations: in
lower case, without apostrophes, cut into words of letters and digits. For every twelve words
in a row, joined by single spaces, it has the first 12 hex digits of the SHA-256: sorted, each
once, one on a line.
"""

import re
from collections import defaultdict
from hashlib import sha256
from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.core import serializers
from django.core.management import call_command

from briefs.page import markdown

HERE = Path(__file__).resolve().parent
FIXTURE = HERE.parent.parent / "fixtures" / "human_trafficking.yaml"
RUNS = set((HERE / "source_runs.txt").read_text().split())
RUN = 12

BRIEF = "human-trafficking"
CHARTS = {"bar", "grouped_bar", "line", "share", "steps"}
STEPS = {"measure", "identify", "reach_out", "plan", "execute"}
YES_OR_NO = set(
    "am is are was were do does did has have had can could will would shall should may might"
    " must isn't aren't don't doesn't didn't can't couldn't won't wouldn't shouldn't".split()
)
SECOND_HALF = re.compile(r"\b(?:and|or) (?:how|what|when|where|which|who|whose|why)\b")

# The headings of the source, each as a section of ours: its depth, slug and heading.
TREE = [
    (0, "introduction", "Introduction"),
    (1, "case-study", "Case study: Kat’s story"),
    (1, "what-is-human-trafficking", "What is human trafficking?"),
    (1, "why-it-matters", "Why it matters"),
    (0, "putting-it-in-context", "Putting it in context"),
    (1, "by-the-numbers", "By the numbers"),
    (2, "who", "Who is trafficked, and who is at risk?"),
    (2, "what", "How much money is in it?"),
    (2, "where", "Where does it happen?"),
    (1, "history", "History"),
    (0, "the-role-of-government", "The role of government"),
    (1, "federal", "What the federal government does"),
    (1, "state-and-local", "What states and communities do"),
    (0, "current-challenges", "Challenges and areas for reform"),
    (1, "information-gathering", "Why good data is hard to get"),
    (1, "working-with-communities", "Working with communities"),
    (2, "address-cultural-norms", "Changing attitudes and reducing demand"),
    (2, "empower-communities", "What communities can do"),
    (1, "prosecution-and-protection", "Prosecution and protection"),
    (2, "us-coordination-and-collaboration", "How agencies work together"),
    (2, "protecting-victims", "Protecting victims"),
    (1, "big-tech-section-230", "The role of Big Tech: Section 230"),
    (1, "private-sector-role", "What businesses and shoppers can do"),
    (0, "conclusion", "Conclusion"),
    (0, "what-you-can-do", "What you can do"),
    (0, "thought-leaders", "Experts, advocates, and resources"),
    (1, "sex-trafficking", "Sex trafficking"),
    (1, "labor-trafficking", "Labor trafficking"),
    (1, "child-exploitation", "Child exploitation"),
    (0, "next-conversation", "Ideas for your next conversation"),
    (1, "explore-the-series", "Explore the series"),
]

ONLY_HOLDING = {
    "putting-it-in-context",
    "by-the-numbers",
    "the-role-of-government",
    "current-challenges",
    "working-with-communities",
    "thought-leaders",
    "next-conversation",
}

LISTS_OF_OURS = {"sex-trafficking", "labor-trafficking", "child-exploitation"}

# One row for each fact: its section, and words that must be in one paragraph of it.
FACTS = [
    ("introduction", ["worldwide trade", "a few blocks from home"]),
    ("introduction", ["household", "workplace", "town", "reform"]),
    (
        "introduction",
        ["Heather Fischer", "Special Advisor", "Trump", "Move the Needle", "three key"],
    ),
    ("case-study", ["2016", "Kat was 16", "Maricopa, Arizona", "parents", "Raphael", "an app"]),
    ("case-study", ["Raphael", "Jesse", "a ride to Phoenix"]),
    ("case-study", ["bedroom window", "Jesse’s car", "blindfolded", "30 miles", "motel"]),
    ("case-study", ["Bryant", "“a client.”", "hotels and private homes", "anonymous tip"]),
    ("case-study", ["“I didn’t even know what sex trafficking was before I was taken."]),
    ("case-study", ["anti-trafficking unit in 2013", "Super Bowl", "2015", "elected officials"]),
    ("case-study", ["starts with the victim", "all three men", "also one of the men"]),
    ("case-study", ["nine months", "Phoenix Dream Center", "medical and mental health care"]),
    ("case-study", ["more than two years", "her testimony", "cooperated", "plea deal"]),
    ("case-study", ["PBS’s Frontline", "Sex Trafficking in America", "Phoenix unit"]),
    ("what-is-human-trafficking", ["trafficking in persons", "modern slavery", "compelled labor"]),
    ("what-is-human-trafficking", ["Trafficking Victims Protection Act", "TVPA", "2000"]),
    ("what-is-human-trafficking", ["“the recruitment, harboring, transportation, provisioning,"]),
    ("what-is-human-trafficking", ["“force, fraud, or coercion.”", "commercial sex act", "labor"]),
    ("what-is-human-trafficking", ["Slavery", "involuntary servitude", "debt bondage", "forced"]),
    ("what-is-human-trafficking", ["under 18", "can’t consent"]),
    ("what-is-human-trafficking", ["across a border", "Travel isn’t required"]),
    ("what-is-human-trafficking", ["find him or herself in a context of exploitation,”", "fraud"]),
    ("what-is-human-trafficking", ["video", "Department of Homeland Security"]),
    (
        "why-it-matters",
        ["Chris Smith", "late 1990s", "TVPA", "“the legislation was met"],
    ),
    ("why-it-matters", ["being reduced to commodities for sale", "backyards"]),
    ("why-it-matters", ["rights", "freedom to choose", "rule of law", "safety"]),
    ("why-it-matters", ["organized crime", "drug", "over a border", "police", "public health"]),
    ("why-it-matters", ["“the welfare of the individual, the family and the community”"]),
    ("who", ["2021", "over 10,360 cases", "nearly 17,000 victims", "as of January 2023"]),
    ("who", ["hidden", "likely much higher"]),
    ("who", ["September 2022", "49.6 million", "2021", "International Labour Organization"]),
    ("who", ["4.9 million", "women and girls", "forced commercial sexual exploitation"]),
    ("who", ["Few estimates", "obtain and to confirm"]),
    ("who", ["Human Trafficking Institute", "federal courts", "Each year"]),
    ("who", ["2022", "April 2024", "363 victims", "39% were adults", "34%", "28%", "wasn’t known"]),
    ("who", ["Megan Cutter", "Associate Director", "“a vulnerability to exploit,”"]),
    ("who", ["immigrants", "refugees", "poor", "no home", "drugs", "mistreated", "foster care"]),
    ("who", ["Polaris Project", "intimate partner", "social media", "family"]),
    ("who", ["job offers", "advertisements", "false promises", "fraud"]),
    ("who", ["State Department", "2021", "“conditions that increased the number of people who"]),
    ("who", ["“the reduction of wages and work hours,", "disruptions to social safety networks”"]),
    ("who", ["between 2019 and 2020", "22%", "125% on Facebook", "95% on Instagram"]),
    ("what", ["$22,000", "sold for sex", "about $5,000", "for labor"]),
    ("what", ["over $150 billion", "worldwide", "second only to drugs"]),
    ("what", ["About 80%", "labor", "over 65%", "sex trafficking"]),
    ("where", ["all 50 states", "Washington, D.C.", "territories"]),
    (
        "where",
        ["Chicago", "Columbus", "Houston", "Las Vegas", "Los Angeles", "Miami", "New York City"],
    ),
    ("where", ["map", "hotline data", "every state"]),
    ("where", ["Highways", "small towns, suburbs, and the countryside"]),
    ("where", ["Asia and the Pacific, 15.4 million", "Africa follows with 5.7 million"]),
    ("where", ["Europe and Central Asia with 2.2 million", "Americas with 1.2 million"]),
    ("where", ["24.5 million", "narrower", "49.6 million"]),
    ("where", ["Phones and the internet", "lure"]),
    ("history", ["1990s", "“demonstrated that egregious forms of modern slavery persisted"]),
    ("history", ["criminal laws", "“interdisciplinary partnerships”", "(NGOs)"]),
    ("history", ["1995", "China", "Fourth World Conference on Women", "Platform for Action"]),
    ("history", ["“a global policy framework and roadmap for government implementation,”"]),
    ("history", ["November 2000", "Convention against Transnational Organized Crime", "Italy"]),
    ("history", ["Palermo Protocol", "“first effort by the global community to create"]),
    ("history", ["Two core principles", "“3P”"]),
    ("history", ["prosecute", "protect", "prevent"]),
    ("history", ["“places equal value on the identification and stabilization of victims”"]),
    ("history", ["United States and many other countries"]),
    ("federal", ["1999", "Chris Smith", "New Jersey", "bipartisan", "2000", "Paul Wellstone"]),
    ("federal", ["Minnesota", "cornerstone"]),
    ("federal", ["President’s Interagency Task Force to Monitor and Combat Trafficking", "PITF"]),
    ("federal", ["TIP Office", "Office to Monitor and Combat Trafficking in Persons"]),
    ("federal", ["Trafficking in Persons Report"]),
    ("federal", ["more than 15 federal agencies", "USAID", "Department of State"]),
    ("federal", ["Office of the U.S. Trade Representative", "imported"]),
    ("federal", ["Federal Bureau of Investigation", "Director of National Intelligence"]),
    ("federal", ["Management and Budget", "National Security Council", "Domestic Policy Council"]),
    ("federal", ["January 2020", "White House", "Sylvie Légère", "Native American reservations"]),
    ("federal", ["Eight survivors", "U.S. Advisory Council on Human Trafficking", "task force"]),
    ("federal", ["Departments of Justice, of Health and Human Services, and of State", "experts"]),
    ("state-and-local", ["Between 2004 and 2013", "all 50", "District of Columbia"]),
    ("state-and-local", ["“3P”", "health, social services, policing, and justice", "county"]),
    ("state-and-local", ["Bureau of Justice Assistance", "(BJA)", "training"]),
    ("state-and-local", ["NGOs", "faith-based organizations", "survivors", "media", "refuge"]),
    ("state-and-local", ["grants", "Departments of Justice and of Health and Human Services"]),
    ("state-and-local", ["block grants", "(SNAP)", "(SAMHSA)"]),
    (
        "state-and-local",
        ["Domestic Victims of Human Trafficking Program", "state, tribal, and local"],
    ),
    ("state-and-local", ["“build community anti-trafficking capacity”"]),
    ("state-and-local", ["food pantries and soup kitchens", "domestic violence", "legal aid"]),
    ("state-and-local", ["job training", "ESL", "GED", "immigrants"]),
    ("state-and-local", ["Hotline", "Referral Directory"]),
    ("information-gathering", ["reliable data"]),
    ("information-gathering", ["sensitive", "confidential", "well-funded", "paper"]),
    ("information-gathering", ["Uniform Crime Reporting Program"]),
    ("information-gathering", ["two main federal databases", "National Incident-Based Reporting"]),
    ("information-gathering", ["Counter Trafficking Data Collaborative (CTDC)", "Migration"]),
    ("information-gathering", ["Trafficking in Persons Report", "each year", "measures"]),
    ("address-cultural-norms", ["“there’s a tendency to view human trafficking only as"]),
    ("address-cultural-norms", ["a destination and a source"]),
    ("address-cultural-norms", ["Demand Abolition", "Who Buys Sex?", "‘mostly victimless’"]),
    ("address-cultural-norms", ["often exploited", "myths"]),
    ("address-cultural-norms", ["January 2022", "Ann Wagner", "Missouri Republican"]),
    ("address-cultural-norms", ["Sex Trafficking Demand Reduction Act", "didn’t pass", "TVPA"]),
    ("address-cultural-norms", ["Nordic Model", "“that buying people for sex is wrong”"]),
    ("empower-communities", ["“Coordinated, community-based approaches that are customized"]),
    ("empower-communities", ["violence, crime, and bad housing", "supply chains", "clinics"]),
    ("empower-communities", ["health care, transportation, and education", "Blue Campaign"]),
    ("empower-communities", ["Office for Victims of Crime", "task forces", "e-Guide", "map"]),
    ("empower-communities", ["operated by Polaris", "911", "tip", "volunteer"]),
    ("empower-communities", ["food, first-aid supplies, and cleaning supplies", "Atlanta"]),
    ("empower-communities", ["UN Women", "(OSCE)", "385", "24%", "during the pandemic"]),
    ("prosecution-and-protection", ["State Department", "16 million", "2016", "about 1,000"]),
    ("prosecution-and-protection", ["2022 report", "decline", "COVID-19", "slight rise in 2021"]),
    ("prosecution-and-protection", ["2020", "2,198", "2011", "1,360", "62%", "2022 report"]),
    ("prosecution-and-protection", ["Palermo Protocol", "no international standard"]),
    ("prosecution-and-protection", ["labor violation", "penalty far weaker"]),
    ("us-coordination-and-collaboration", ["U.S.-Mexico Bilateral Human Trafficking Enforcement"]),
    ("us-coordination-and-collaboration", ["“facilitate exchanges of leads,", "southern border"]),
    ("us-coordination-and-collaboration", ["children who come without an adult", "immigration"]),
    ("us-coordination-and-collaboration", ["2019 Trafficking Victims Protection Reauthorization"]),
    ("us-coordination-and-collaboration", ["Human Trafficking Justice Coordinator", "district"]),
    ("us-coordination-and-collaboration", ["(ACTeam)", "Homeland Security", "Labor", "FBI"]),
    ("protecting-victims", ["testimony", "being hurt", "being arrested", "being deported"]),
    ("protecting-victims", ["Continued Presence (CP)", "“a temporary immigration status provided"]),
    ("protecting-victims", ["safe harbor laws", "prostitution", "nonviolent offense"]),
    ("protecting-victims", ["medical and psychological care", "legal help", "school or work"]),
    ("protecting-victims", ["85% for employment", "73% for medical", "70% for social services"]),
    ("protecting-victims", ["66% for legal", "64% for psychological", "62% for safe"]),
    ("big-tech-section-230", ["2021", "55%", "2021 Federal Human Trafficking Report"]),
    ("big-tech-section-230", ["Section 230 of the Communications Decency Act", "‘solely"]),
    ("big-tech-section-230", ["“YouTube and Vimeo users to upload their own videos, Amazon and"]),
    ("big-tech-section-230", ["New York Times", "“an explosion of abusive content”"]),
    ("big-tech-section-230", ["2018 and 2019", "over 45 million photos and videos", "liable"]),
    ("big-tech-section-230", ["Backpage.com", "2017", "Rob Portman of Ohio", "co-chair"]),
    ("big-tech-section-230", ["Senate Caucus to End Human Trafficking", "(SESTA)", "both parties"]),
    ("big-tech-section-230", ["signed into law in April 2018", "first step"]),
    ("big-tech-section-230", ["I Am Jane Doe", "“chronicles the epic battle that several"]),
    ("private-sector-role", ["Human Rights First", "70%", "private sector"]),
    ("private-sector-role", ["agriculture", "domestic work", "food service", "traveling sales"]),
    ("private-sector-role", ["health and beauty services", "most profitable sectors"]),
    ("private-sector-role", ["Pay fairly", "workers’ rights", "supply chain", "warning signs"]),
    ("private-sector-role", ["Health and Human Services", "Department of Labor", "compliance"]),
    ("private-sector-role", ["Tariff Act of 1930", "“U.S. law doesn’t require large"]),
    ("private-sector-role", ["reauthorized TVPA"]),
    ("private-sector-role", ["Responsible Business Alliance", "(EICC)", "RESPECT Initiative"]),
    ("private-sector-role", ["Electronic Industry Citizenship Coalition", "Stronger Together"]),
    ("private-sector-role", ["Global Business Coalition Against Human Trafficking", "survivors"]),
    ("private-sector-role", ["Uyghur Forced Labor Prevention Act", "Xinjiang", "Turkic Muslims"]),
    ("private-sector-role", ["mass internment", "Chinese officials", "labor transfer", "shun"]),
    ("private-sector-role", ["Slavery Footprint", "Responsible Sourcing Tool", "Nomi Network"]),
    (
        "private-sector-role",
        ["End Slavery Now", "fair trade", "made by survivors", "a letter to a"],
    ),
    ("conclusion", ["an ocean away", "national borders", "government and business"]),
    ("conclusion", ["neighborhood, region, state, and nation"]),
    ("conclusion", ["noticed", "prevented", "protected", "brought to court"]),
    ("what-you-can-do", ["your state and in your district", "attorneys general", "catalyst"]),
    ("what-you-can-do", ["two or three", "legislative calendar"]),
    ("what-you-can-do", ["op-ed", "communications@thepolicycircle.org", "discussion guide"]),
    ("what-you-can-do", ["“20 Ways You Can Help Fight Human Trafficking”", "State Department"]),
    ("what-you-can-do", ["“10 Ways You Can Help End Human Trafficking”", "Human Services"]),
    ("explore-the-series", ["five briefs", "a year"]),
]

# The source's advice: the step, and words of the call to action.
ADVICE = [
    ("measure", ["your state", "your district"]),
    ("measure", ["facts and statistics for your state"]),
    ("measure", ["grants", "Justice", "Health and Human Services"]),
    ("measure", ["Slavery Footprint", "Responsible Sourcing Tool"]),
    ("identify", ["attorneys general", "law enforcement", "journalists", "media", "businesses"]),
    ("identify", ["Office for Victims of Crime", "task forces or coalitions"]),
    ("identify", ["steps the attorney general"]),
    ("identify", ["signs of labor trafficking and sex trafficking"]),
    ("identify", ["open about its supply chain", "employs survivors"]),
    ("reach_out", ["two or three"]),
    ("reach_out", ["coalitions", "your town", "your state", "nationally"]),
    ("reach_out", ["allies", "towns nearby", "across the state"]),
    ("reach_out", ["first responders", "hospitals", "faith-based"]),
    ("reach_out", ["at home", "myths"]),
    ("reach_out", ["employer", "signs", "protocol"]),
    ("reach_out", ["Write to a company"]),
    ("reach_out", ["food, first-aid supplies, cleaning supplies", "drive"]),
    ("plan", ["milestones", "legislative calendar"]),
    ("plan", ["communications@thepolicycircle.org", "rapport"]),
    ("plan", ["contacting your representatives", "op-ed"]),
    ("plan", ["Task Force e-Guide", "local officials"]),
    ("plan", ["20 Ways You Can Help Fight", "10 Ways You Can Help End"]),
    ("plan", ["discussion questions", "guide"]),
    ("execute", ["hotline", "tip", "911"]),
]

# All numbers in the source that a chart can show: the figure, and its rows.
DRAWN = {
    "hotline-2021-reports": [10360, 17000],
    "modern-slavery-2021": [49.6, 4.9],
    "federal-victims-by-age": [39, 34, 28],
    "online-recruitment": [22, 125, 95],
    "profit-per-victim": [22000, 5000],
    "victims-and-profits": [80, 65],
    "forced-workers-by-region": [15.4, 5.7, 2.2, 1.2],
    "fully-operational": [24, 76],
    "forced-labor-and-prosecutions": [16_000_000, 1000],
    "referrals-to-us-attorneys": [1360, 2198],
    "survivors-access": [85, 73, 70, 66, 64, 62],
}


def read_rows():
    """The rows of the file, in its order: {model: {slug: fields}}."""
    rows = defaultdict(dict)
    for row in yaml.safe_load(FIXTURE.read_text()):
        fields = row["fields"]
        model = row["model"].removeprefix("briefs.")
        assert fields["slug"] not in rows[model], f"twice: {fields['slug']}"
        rows[model][fields["slug"]] = fields
    return rows


ROWS = read_rows()
SECTIONS, FIGURES, SOURCES = ROWS["section"], ROWS["figure"], ROWS["source"]
QUESTIONS, ACTIONS = ROWS["question"], ROWS["calltoaction"]
MAJOR = [
    slug for slug, fields in SECTIONS.items() if fields.get("body") and slug not in LISTS_OF_OURS
]


def last(key):
    """The last slug of a natural key."""
    return key[-1] if key else None


def texts(markdown_only=False):
    """Every text of the file: (model, slug, field, text)."""
    markdown = {"body", "executive_summary", "about"} | ({"text"} if markdown_only else set())
    for model, rows in ROWS.items():
        for slug, fields in rows.items():
            for name, value in fields.items():
                if isinstance(value, str) and (not markdown_only or name in markdown):
                    yield model, slug, name, value


def paragraphs(slug):
    """The paragraphs of a section, without markup. A list counts as one."""
    return [markdown.plain(block) for block in re.split(r"\n\s*\n", SECTIONS[slug]["body"])]


def stands_in(words, text):
    """Whether the text has all of these words, not only as parts of longer words or numbers."""
    return all(re.search(rf"(?<!\w){re.escape(it)}(?!\w|[.,]\d)", text) for it in words)


def words_of(text):
    return re.findall(r"[^\W_]+", re.sub("[’‘']", "", text.lower()))


def runs_from_the_source(text, runs=RUNS):
    """All runs of twelve words outside quotation marks whose fingerprint is the source's."""
    text = re.sub(r"\[@[\w-]+\]", " ", text)
    text = re.sub(r"\]\([^)\s]*\)", " ", text)
    for piece in re.split(r"“[^”]*”", text):
        words = words_of(piece)
        for start in range(len(words) - RUN + 1):
            run = " ".join(words[start : start + RUN])
            if sha256(run.encode()).hexdigest()[:12] in runs:
                yield run


def depth(slug):
    parent = last(SECTIONS[slug].get("parent"))
    return 0 if parent is None else 1 + depth(parent)


def children(parent):
    found = [slug for slug, fields in SECTIONS.items() if last(fields.get("parent")) == parent]
    return sorted(found, key=lambda slug: SECTIONS[slug]["position"])


def walk(parent=None):
    for slug in children(parent):
        yield slug
        yield from walk(slug)


def test_no_twelve_words_in_a_row_are_the_sources_own_outside_quotation_marks():
    labels = [
        ("figure", slug, "data", label)
        for slug, row in FIGURES.items()
        for label, *_values in row.get("data", {}).get("rows", [])
    ]
    copied = [
        (model, slug, name, run)
        for model, slug, name, text in [*texts(), *labels]
        for run in runs_from_the_source(text)
    ]

    assert copied == []


def test_a_copied_run_is_noticed_through_marks_and_line_breaks_but_not_inside_a_quotation():
    run = "one two three four five six seven eight nine ten eleven twelve"
    runs = {sha256(run.encode()).hexdigest()[:12]}
    marked = "So: One, *two* three\nfour five [@a] six [seven](#b) eight nine ten eleven twelve."

    assert list(runs_from_the_source(marked, runs)) == [run]
    assert list(runs_from_the_source(f"He said “{run}” and left.", runs)) == []
    assert list(runs_from_the_source(run.replace("six", "“six”"), runs)) == []


def test_the_fingerprints_are_those_of_the_whole_source():
    quoted = (
        "I didn’t even know what sex trafficking was before I was taken. I didn’t know that I"
        " would end up in the situation that I ended up in"
    )
    found = set(runs_from_the_source(quoted))

    assert len(found) == len(words_of(quoted)) - RUN + 1
    assert len(RUNS) > 5000


def test_every_heading_of_the_source_is_a_section_in_its_tree():
    assert [(depth(slug), slug, SECTIONS[slug]["heading"]) for slug in walk()] == TREE


def test_sections_stand_in_the_file_in_reading_order_and_count_from_one():
    assert list(walk()) == list(SECTIONS)
    for parent in {last(fields.get("parent")) for fields in SECTIONS.values()}:
        positions = [SECTIONS[slug]["position"] for slug in children(parent)]
        assert positions == list(range(1, len(positions) + 1)), parent


def test_only_the_headings_that_hold_others_are_without_a_text():
    empty = {slug for slug, fields in SECTIONS.items() if not fields.get("body", "").strip()}

    assert empty == ONLY_HOLDING


@pytest.mark.parametrize(
    ("slug", "words"), FACTS, ids=[f"{slug}: {words[0]}" for slug, words in FACTS]
)
def test_every_fact_of_the_source_stands_in_its_section_with_its_number(slug, words):
    assert any(stands_in(words, text) for text in paragraphs(slug)), words


@pytest.mark.parametrize(("step", "words"), ADVICE, ids=[words[0] for _step, words in ADVICE])
def test_every_advice_of_the_source_is_a_call_to_action_under_its_step(step, words):
    under = [markdown.plain(row["text"]) for row in ACTIONS.values() if row["step"] == step]

    assert any(stands_in(words, text) for text in under), words


def test_every_step_has_something_to_do():
    assert {row["step"] for row in ACTIONS.values()} == STEPS


def test_every_chart_draws_the_numbers_of_the_source_and_no_others():
    drawn = {
        slug: [value for _label, *values in row["data"]["rows"] for value in values]
        for slug, row in FIGURES.items()
        if row["kind"] in CHARTS
    }

    assert drawn == DRAWN


def test_every_chart_says_what_it_counts_as_of_when_from_whom_and_in_words():
    for slug, row in FIGURES.items():
        if row["kind"] in CHARTS:
            for name in ("unit", "as_of", "summary", "note", "source"):
                assert row.get(name), (slug, name)
            width = 1 + len(row["data"]["series"])
            assert {len(cells) for cells in row["data"]["rows"]} == {width}, slug


def test_every_film_and_document_is_described_and_links_to_its_publisher():
    links = {slug: row for slug, row in FIGURES.items() if row["kind"] not in CHARTS}

    assert len(links) == 7
    for slug, row in links.items():
        assert row["summary"] and row["url"].startswith("https://"), slug


def test_no_chart_is_made_of_the_case_study():
    kinds = {row["kind"] for row in FIGURES.values() if last(row["section"]) == "case-study"}

    assert kinds == {"video"}


def test_every_citation_leads_to_a_source_and_every_source_is_used():
    cited = {
        mark
        for *_where, text in texts(markdown_only=True)
        for mark in markdown.find_citations(text)
    }
    rested_on = {last(row["source"]) for row in FIGURES.values()}

    assert cited - set(SOURCES) == set()
    assert set(SOURCES) - cited - rested_on == set()
    assert rested_on <= set(SOURCES)


def test_every_paragraph_with_a_number_cites_a_source():
    uncited = [
        (slug, block)
        for slug in MAJOR
        for block in re.split(r"\n\s*\n", SECTIONS[slug]["body"])
        if re.search(r"\d[\d,.]*(?:%| million| billion)|\$\d", markdown.plain(block))
        and not markdown.find_citations(block)
        and "24.5 million" not in block  # our own sum, given only as a warning
    ]

    assert uncited == []


def test_every_figure_stands_in_the_text_of_its_own_section():
    placed = {
        (mark, slug)
        for slug, fields in SECTIONS.items()
        for mark in markdown.find_figures(fields.get("body", ""))
    }

    assert placed == {(slug, last(row["section"])) for slug, row in FIGURES.items()}


def test_every_link_leads_to_a_section_or_to_a_page_outside():
    for model, slug, name, text in texts(markdown_only=True):
        for link in markdown.find_links(text):
            inside = link.startswith("#") and link[1:] in SECTIONS
            outside = link.startswith(("https://", "mailto:"))
            assert inside or outside, (model, slug, name, link)


def test_no_text_has_headings_or_html():
    for model, slug, name, text in texts(markdown_only=True):
        assert not re.search(r"^#{1,6} |<[a-z/!]", text, re.MULTILINE), (model, slug, name)


@pytest.mark.parametrize("slug", MAJOR)
def test_every_section_has_three_to_five_questions_of_three_kinds(slug):
    asked = [row for row in QUESTIONS.values() if last(row.get("section")) == slug]

    assert 3 <= len(asked) <= 5
    assert len({row["kind"] for row in asked}) >= 3


def test_the_whole_brief_has_two_questions_to_open_with_two_to_close_and_some_to_decide():
    kinds = [row["kind"] for row in QUESTIONS.values() if not row.get("section")]

    assert kinds.count("opening") == kinds.count("closing") == 2
    assert 1 <= kinds.count("deciding") <= 2


def test_no_question_can_be_answered_with_yes_or_no():
    for slug, row in QUESTIONS.items():
        first = row["text"].split()[0].lower().replace("’", "'").strip(",“")
        assert first not in YES_OR_NO and row["text"].rstrip().endswith("?"), slug


def briefs_of_ours():
    """The fixtures of briefs that are shipped."""
    files = sorted(FIXTURE.parent.glob("*.yaml"))
    return [path for path in files if "model: briefs.brief\n" in path.read_text()]


@pytest.mark.parametrize("path", briefs_of_ours(), ids=lambda path: path.stem)
def test_every_question_is_under_fifteen_words_and_asks_one_thing(path):
    rows = [row for row in yaml.safe_load(path.read_text()) if row["model"] == "briefs.question"]
    texts = [row["fields"]["text"].strip() for row in rows]

    assert texts
    assert [text for text in texts if len(text.split()) >= 15] == []
    assert [text for text in texts if text.count("?") != 1 or not text.endswith("?")] == []
    assert [text for text in texts if SECOND_HALF.search(text)] == []
    assert len(set(texts)) == len(texts)


def test_every_question_points_at_what_is_in_its_section():
    for slug, row in QUESTIONS.items():
        section = last(row.get("section"))
        if figure := last(row.get("figure")):
            assert last(FIGURES[figure]["section"]) == section, slug
        if paragraph := row.get("paragraph"):
            assert paragraph <= markdown.count_paragraphs(SECTIONS[section]["body"]), slug


def test_the_summary_can_be_read_in_two_minutes_and_welcomes_who_has_not_finished():
    summary = ROWS["brief"][BRIEF]["executive_summary"]

    assert 250 <= markdown.count_words(summary) <= 350
    assert "Haven’t finished the brief?" in summary


def test_hard_sections_and_the_brief_warn_and_name_whom_to_call():
    assert SECTIONS["case-study"]["advisory"] and SECTIONS["big-tech-section-230"]["advisory"]
    assert ROWS["brief"][BRIEF]["advisory"]
    hotline = ROWS["helpline"]["national-hotline"]
    assert (hotline["phone"], hotline["text_number"]) == ("1-888-373-7888", "233733")
    assert "911" in {row.get("phone") for row in ROWS["helpline"].values()}


def test_what_is_ours_is_said_to_be_ours():
    about = markdown.plain(ROWS["brief"][BRIEF]["about"])

    for part in ("executive summary", "discussion questions", "Execute", "thought leaders"):
        assert part in about
    for slug in LISTS_OF_OURS:
        assert paragraphs(slug)[0].startswith("We chose these"), slug
    assert any("Execute" in text and "is ours" in text for text in paragraphs("what-you-can-do"))
    assert any("suggestions are ours" in text for text in paragraphs("explore-the-series"))


def everything_loaded():
    """All rows of the app in the database, by model."""
    return {
        model.__name__: serializers.serialize("python", model.objects.order_by("pk"))
        for model in apps.get_app_config("briefs").get_models()
    }


@pytest.mark.django_db
def test_loading_it_again_leaves_every_row_as_it_was():
    call_command("loaddata", str(FIXTURE), verbosity=0)
    first = everything_loaded()
    call_command("loaddata", str(FIXTURE), verbosity=0)

    assert everything_loaded() == first
    assert {name: len(rows) for name, rows in first.items() if rows} == {
        "Brief": 1,
        "HelpLine": len(ROWS["helpline"]),
        "Section": len(SECTIONS),
        "Source": len(SOURCES),
        "Figure": len(FIGURES),
        "Question": len(QUESTIONS),
        "CallToAction": len(ACTIONS),
    }
