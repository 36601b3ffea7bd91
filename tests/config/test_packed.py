"""Pages travel compressed, unless their length could tell another site what is on them."""

import gzip
import re

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse

from config.packed import PackedPagesMiddleware

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


def is_packed(answer):
    return answer.get("Content-Encoding") == "gzip"


def test_a_page_of_a_circle_is_compressed(client, circle, member):
    client.force_login(member)

    plain = client.get(circle.get_absolute_url())
    packed = client.get(circle.get_absolute_url(), headers=GZIP)

    assert not is_packed(plain)
    assert is_packed(packed)
    assert "Maple Street" in gzip.decompress(packed.content).decode()
    assert len(packed.content) < len(plain.content) / 2
    assert "Accept-Encoding" in packed["Vary"]


@pytest.mark.parametrize("site", ["cross-site", "same-site", None])
def test_no_page_with_words_of_another_site_is_compressed(client, db, site):
    sent = {**GZIP, **({"Sec-Fetch-Site": site} if site else {})}

    assert not is_packed(client.get("/briefs/?q=a+guess", headers=sent))
    assert not is_packed(client.post(reverse("account_login"), {"login": "a guess"}, headers=sent))


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_page_with_words_of_its_reader_is_compressed(client, db, site):
    sent = {**GZIP, "Sec-Fetch-Site": site}

    assert is_packed(client.get("/briefs/?q=words", headers=sent))


def test_a_link_from_an_email_or_a_search_leads_to_a_compressed_page(client, db):
    assert is_packed(client.get("/", headers={**GZIP, "Sec-Fetch-Site": "cross-site"}))


def test_the_token_of_a_form_differs_each_time(client, db):
    pages = [client.get(reverse("account_login")).content.decode() for _ in range(2)]

    tokens = {re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)[1] for page in pages}
    assert len(tokens) == 2


def test_what_a_reader_has_is_not_sent_again(client, addresses):
    address = f"/calendar/{addresses['feed_token']}.ics"
    first = client.get(address, headers=GZIP)
    again = client.get(address, headers={**GZIP, "If-None-Match": first["ETag"]})

    assert (is_packed(first), again.status_code) == (True, 304)


def test_a_brief_keeps_the_bytes_that_it_was_packed_in_once(client, brief):
    answer = client.get(brief.get_absolute_url(), headers=GZIP)
    again = client.get(brief.get_absolute_url(), headers={**GZIP, "If-None-Match": answer["ETag"]})

    assert is_packed(answer)
    assert re.fullmatch(r'"\w+-gzip"', answer["ETag"])
    assert again.status_code == 304


def test_a_picture_or_a_pdf_is_sent_as_it_is(rf):
    response = HttpResponse(b"0" * 1000, content_type="application/pdf")

    answer = PackedPagesMiddleware(lambda request: response)(rf.get("/", headers=GZIP))

    assert not is_packed(answer)


def test_a_text_that_is_made_while_it_is_sent_arrives_whole(rf):
    response = StreamingHttpResponse(iter(["one ", "two"]), content_type="text/plain")

    answer = PackedPagesMiddleware(lambda request: response)(rf.get("/", headers=GZIP))

    assert gzip.decompress(answer.getvalue()) == b"one two"
