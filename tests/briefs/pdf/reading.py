"""Reads PDFs from responses."""

from io import BytesIO

from pypdf import PdfReader


def read(response):
    assert response["Content-Type"] == "application/pdf", response.content.decode()[:2000]
    return PdfReader(BytesIO(response.content))


def text_of(document):
    return " ".join(" ".join(page.extract_text() for page in document.pages).split())
