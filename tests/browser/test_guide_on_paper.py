"""The discussion guide on the screen, and printed by the browser."""

import unicodedata
from io import BytesIO

import pytest
from pypdf import PdfReader


@pytest.mark.parametrize("paper", ["A4", pytest.param("Letter", marks=pytest.mark.long)])
def test_the_guide_prints_without_the_page_around_it_and_parts_no_question(
    browser, live_server, demo, paper
):
    page = browser.new_page()
    page.goto(f"{live_server.url}/briefs/human-trafficking/guide/?section=who&section=history")

    printed = PdfReader(BytesIO(page.pdf(format=paper)))
    questions = page.locator(".guide-question").all_inner_texts()
    page.close()

    # In a PDF, “fi” may be one letter (a ligature).
    texts = [unicodedata.normalize("NFKC", sheet.extract_text()) for sheet in printed.pages]
    sheets = ["".join(text.split()) for text in texts]
    parted = [
        question
        for question in questions
        if not any(
            all("".join(line.split()) in sheet for line in question.splitlines())
            for sheet in sheets
        )
    ]
    assert questions and parted == []
    assert "Closinground" in sheets[0]
    assert not any(words in "".join(sheets) for words in ("Signin", "Downloadguide", "Textsize"))
