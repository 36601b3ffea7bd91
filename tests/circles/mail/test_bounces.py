"""Bounced emails, which arrive days later as separate emails."""

from email.message import EmailMessage
from io import BytesIO, TextIOWrapper

import pytest
from django.core.management import call_command

from circles.mail import bounces
from circles.mail.delivery import deliver
from circles.models import Mail
from tests.factories import make_meeting

REPORT = """From: MAILER-DAEMON@mail.example.org
To: circles@localhost
Subject: Undelivered mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain

It did not arrive.

--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; member@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} member@example.org: no such user

--part
Content-Type: {original}

Message-ID: {message_id}
Subject: Maple Street meets

--part--
"""


@pytest.fixture
def sent(circle, facilitator, member):
    """The email to the member, already sent."""
    make_meeting(circle, place="The library", scheduled_at=None).schedule()
    deliver()
    return Mail.objects.get(user=member)


def report(mail, **fields):
    usual = {"action": "failed", "status": "5.1.1", "original": "text/rfc822-headers"}
    return REPORT.format(**usual | {"message_id": mail.message_id} | fields).encode()


@pytest.mark.parametrize("original", ["text/rfc822-headers", "message/rfc822"])
def test_a_mailbox_that_is_not_there_is_noted_and_facilitators_hear_of_it(
    sent, facilitator, original
):
    assert bounces.record(report(sent, original=original)) == 1

    sent.refresh_from_db()
    assert sent.failed_at and sent.is_bounce
    assert "no such user" in sent.last_error
    assert "member@example.org" not in sent.last_error
    assert Mail.objects.filter(kind=Mail.Kind.DELIVERY_FAILED, user=facilitator).exists()


def test_the_same_report_twice_is_as_once(sent):
    assert [bounces.record(report(sent)) for _again in range(2)] == [1, 0]
    assert Mail.objects.filter(kind=Mail.Kind.DELIVERY_FAILED).count() == 1


def test_a_full_mailbox_gives_up_the_mail_and_not_the_address(sent):
    bounces.record(report(sent, status="5.2.2"))

    sent.refresh_from_db()
    assert sent.failed_at and not sent.is_bounce


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "delayed", "status": "4.4.1"},
        {"status": "4.2.2"},
        {"message_id": "<guessed@localhost>"},
        {"message_id": ""},
    ],
)
def test_a_delay_and_what_is_not_ours_change_nothing(sent, fields):
    assert bounces.record(report(sent, **fields)) == 0

    sent.refresh_from_db()
    assert not sent.failed_at


ODD = """From: x@y
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx

Final-Recipient: rfc822; a@b.org
Action: failed
Status: 5.1.1

--B
Content-Type: message/rfc822

{headers}Subject: x

body
--B--
"""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 1000,
        b"\xff\xfe not a mail",
        b"Subject: Thank you\n\nHello.",
        b"Content-Type: multipart/report\n\nno boundary",
        b"Content-Type: multipart/report; boundary=B\n\n--B\nContent-Type: message/rfc822\n",
        *(
            ODD.format(headers=headers).replace("\n", "\r\n").encode()
            for headers in [
                "Message-ID: <>\n",
                "Message-ID: <[anu10].1c69@[anu13].EXAMPLE.OUTLOOK.COM>\n",
                "Message-ID:\n",
                "Message-ID: <a\0b@example.org>\n",
                "Message-ID: <ünknown@example.org>\n",
                f"Message-ID: <{'x' * 5000}@example.org>\n",
                "From: Élodie <@@>\nTo: ;;;<\n",
                "",
            ]
        ),
        ODD.format(headers="Message-ID: <\x80@b>\n").encode("latin-1"),
        ODD.replace("Status: 5.1.1", "Status: ").format(headers="Message-ID: <a@b>\n").encode(),
        ODD.replace("Status: 5.1.1", "Status: soon").format(headers="Message-ID: <a@b>\n").encode(),
        b"Content-Type: multipart/report; boundary=B\n\n"
        + b"".join(
            b"--B%d\nContent-Type: multipart/mixed; boundary=B%d\n\n" % (n, n + 1)
            for n in range(3000)
        ),
        b"Content-Type: message/rfc822\n\n" * 3000,
    ],
)
def test_whatever_else_arrives_is_let_be(sent, content):
    assert bounces.record(content) == 0


def test_somebody_who_answers_is_not_taken_for_a_bounce(sent):
    answer = EmailMessage()
    answer["Subject"], answer["In-Reply-To"] = "Re: Maple Street meets", sent.message_id
    answer.set_content("I am on holiday.")

    assert bounces.record(answer.as_bytes()) == 0


@pytest.mark.parametrize(
    ("was", "odd"),
    [
        ("Message-ID: ", "Message-ID:\n "),
        ("Subject: Maple Street meets", "Subject: Élodie =?x?q?=FF?= \x00"),
        ("Diagnostic-Code: smtp; 550", "Diagnostic-Code: smtp; é\x00 550"),
        ("Status: 5.1.1", "Status: 5.1.1 (no such mailbox)"),
        ("message/delivery-status", "message/global-delivery-status"),
        ("text/rfc822-headers", "message/global-headers"),
        ("From: MAILER-DAEMON@mail.example.org", "From: <>\nMessage-ID: <[a].b@[c].EXAMPLE>"),
    ],
)
def test_a_report_with_odd_headers_is_read_all_the_same(sent, was, odd):
    content = report(sent).decode().replace(was, odd)

    assert bounces.record(content.encode("latin-1")) == 1


def test_a_report_before_a_huge_mail_is_read_and_the_rest_is_let_go_by(sent, monkeypatch, capsys):
    stream = BytesIO(report(sent) + b"x" * (2 * bounces.LONGEST))
    monkeypatch.setattr("sys.stdin", TextIOWrapper(stream))

    call_command("record_bounce")

    assert "Bounced emails: 1." in capsys.readouterr().out
    assert stream.tell() == len(stream.getvalue())


def test_a_mail_server_hands_it_to_the_command(sent, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(report(sent))))

    call_command("record_bounce")

    assert "Bounced emails: 1." in capsys.readouterr().out
