"""Editors answer questions from readers on a desk that tells nothing about who asks."""

import pytest

from accounts.models import SiteEvent
from briefs.models import ReaderQuestion
from tests.factories import make_reader_question, make_user

LIST = "/admin/briefs/readerquestion/"


@pytest.fixture
def editor(client, editor):
    client.force_login(editor)
    return editor


def test_the_admin_says_how_many_wait_and_shows_them_first(client, editor, brief):
    make_reader_question(brief, text="Open one?")
    answered = make_reader_question(brief, text="Answered one?")
    answered.close(editor, "Yes.", in_edition=False)

    assert "1 question from readers is waiting for an answer." in client.get("/admin/").text
    page = client.get(LIST).text
    assert page.index("Open one?") < page.index("Answered one?")


@pytest.mark.parametrize(
    ("said", "state", "after"),
    [
        ({"decision": "answer", "answer": "The town does."}, "Answered", False),
        ({"decision": "edition", "answer": ""}, "To be answered in the next edition", True),
    ],
)
def test_a_question_is_answered_once(client, editor, brief, said, state, after):
    question = make_reader_question(brief)
    page = f"{LIST}{question.pk}/change/"

    client.post(page, said)
    again = client.post(page, {"decision": "answer", "answer": "My long answer."})

    assert again.status_code == 409
    assert "Someone else just answered this question." in again.text
    assert "My long answer." in again.text and state in again.text
    question.refresh_from_db()
    assert (question.answer, question.answered_by) == (said["answer"], editor)
    assert question.answered_after == (brief.edition if after else None)
    assert SiteEvent.objects.filter(kind=SiteEvent.Kind.QUESTION_ANSWERED).count() == 1


def test_an_answer_needs_words_unless_the_next_edition_has_them(client, editor, brief):
    question = make_reader_question(brief)

    refused = client.post(f"{LIST}{question.pk}/change/", {"decision": "answer", "answer": " "})

    assert refused.status_code == 422 and "Write an answer" in refused.text
    assert ReaderQuestion.objects.open().exists()


def test_staff_without_the_right_neither_see_nor_answer_questions(client, brief):
    question = make_reader_question(brief)
    page = f"{LIST}{question.pk}/change/"
    client.force_login(make_user(is_staff=True))

    assert "waiting for an answer" not in client.get("/admin/").text
    assert {client.get(LIST).status_code, client.get(page).status_code} == {403}


def test_a_question_holds_nothing_about_who_asks():
    """A new column would be noticed here: no person, no circle, no moment."""
    columns = {field.name for field in ReaderQuestion._meta.concrete_fields}

    assert columns == {
        *("id", "longest_before", "brief", "edition", "text", "sent_on"),
        *("answered_at", "answered_by", "answer", "answered_after"),
    }
