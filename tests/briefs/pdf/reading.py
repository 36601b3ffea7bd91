"""Reads PDFs from responses."""

from io import BytesIO

from pypdf import PdfReader


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
