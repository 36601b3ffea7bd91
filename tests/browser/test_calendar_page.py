"""A person makes a calendar link, and copies it for a calendar program."""


def test_a_new_address_is_copied_and_the_page_says_so(someone):
    member = someone("member@example.org", permissions=["clipboard-read", "clipboard-write"])
    member.visit("/calendar/")

    member.page.get_by_role("button", name="All my circles").click()
    member.page.wait_for_url("**/calendar/made/**")
    member.check()
    member.page.get_by_role("button", name="Copy link").click()
    member.page.get_by_role("button", name="Copied").wait_for()

    shown = member.page.locator(".calendar-address").inner_text()
    assert member.page.evaluate("navigator.clipboard.readText()") == shown
    assert member.page.get_by_role("link", name="Open in Apple Calendar").get_attribute(
        "href"
    ) == shown.replace("http:", "webcal:")
