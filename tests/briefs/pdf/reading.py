"""Reads PDFs from responses."""

from collections import Counter
from io import BytesIO

from pypdf import PdfReader

from briefs.pdf import typesetter


def read(response):
    assert response["Content-Type"] == "application/pdf", response.content.decode()[:2000]
    return PdfReader(BytesIO(response.content))


def fetch(client, url):
    """The PDF of this URL, asked for until it's made. Each request waits for it a while."""
    response = client.get(url)
    while response.status_code == 202:
        response = client.get(url)
    return read(response)


def text_of(document):
    text = " ".join(" ".join(page.extract_text() for page in document.pages).split())
    # The word joiner before a citation, which may come out anywhere on its page.
    return text.replace("\u2060", "")


def pdf_of(document):
    """A document of ours, set right now."""
    return PdfReader(BytesIO(typesetter.set_now(document)))


def sizes_of(document):
    """How many letters of each size there are, in points: {size: number}."""
    sizes = Counter()

    def note(text, cm, tm, _font, size):
        if text.strip():
            # How much the matrices enlarge what is upright.
            scale = abs((tm[2] * cm[1]) + (tm[3] * cm[3]))
            sizes[round(size * scale, 1)] += len(text.strip())

    for page in document.pages:
        page.extract_text(visitor_text=note)
    return sizes
