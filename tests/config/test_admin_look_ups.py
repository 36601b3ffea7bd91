"""No address of the admin tells more than its pages show."""

import pytest
from django.contrib.admin import site
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse

from circles.models import Circle
from config.admin_site import ClosedChangeList
from tests.factories import make_meeting, make_note, make_question, make_user

REGISTERED = sorted(site._registry, key=lambda model: model._meta.label)
LOOKUPS = ["", "__startswith", "__isnull"]


@pytest.fixture
def desk(client, admin):
    client.force_login(admin)
    return client


def page_of(model, page="changelist", *arguments):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


def field_paths(model, relations=2):
    """Every field of a model by the name that look-ups use, through this many relations."""
    for field in model._meta.get_fields(include_hidden=True):
        yield field.name
        if relations and isinstance(field.related_model, type):
            for path in field_paths(field.related_model, relations - 1):
                yield f"{field.name}__{path}"


def offered_by(model):
    """The parameters that the filters of this model's list take."""
    names = set()
    for each in site._registry[model].list_filter:
        if isinstance(each, tuple):
            names.add(f"{each[0]}__isempty")
        elif isinstance(each, str):
            field = model._meta.get_field(each)
            exact = f"{each}__id__exact" if field.is_relation else f"{each}__exact"
            lists_all_values = not (field.is_relation or field.choices or field.flatchoices)
            if lists_all_values and not isinstance(field, models.BooleanField):
                exact = each
            names |= {exact, f"{each}__isnull"}
        else:
            names.add(each.parameter_name)
    return names


@pytest.mark.slow
@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_a_list_filters_by_what_it_offers_and_by_nothing_else(rf, model, admin):
    request = rf.get("/")
    request.user = admin
    # One list is asked again and again: making it anew takes ten times as long.
    changelist = site._registry[model].get_changelist_instance(request)
    offered = offered_by(model)
    wanted = {path + lookup for path in field_paths(model) for lookup in LOOKUPS}
    answered = set()
    for name in wanted | offered:
        changelist.filter_params = {name: ["1"]}
        try:
            changelist.get_filters(request)
        except (DisallowedModelAdminLookup, IncorrectLookupParameters):
            continue
        answered.add(name)

    assert len(wanted) > 500
    assert answered == offered


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_every_list_is_closed_whoever_registers_it(rf, model, admin):
    request = rf.get("/")
    request.user = admin

    assert isinstance(site._registry[model].get_changelist_instance(request), ClosedChangeList)


@pytest.mark.parametrize(
    "asked",
    [
        "accounts/user/?memberships=1",
        "accounts/user/?password__startswith=md5",
        "accounts/user/?notes__text__startswith=a",
        "accounts/user/?private_notes__isnull=0",
        "accounts/user/?email=member@example.org",
        "accounts/user/?_facets=1&notes__isnull=0",
        "accounts/user/?_popup=1&memberships__circle__name=Maple+Street",
        "accounts/user/?_popup=1&_to_field=password",
        "accounts/user/?_changelist_filters=x&session_round=0",
        "briefs/section/?notes__isnull=0",
        "briefs/brief/?meetings__circle__name__startswith=M",
        "circles/circlewithoutdate/?usual_place__startswith=M",
        "circles/circlewithoutdate/?memberships__user__email=member@example.org",
        "circles/mail/?user__email=member@example.org",
        "circles/mail/?meeting__circle__name=Maple+Street",
    ],
)
def test_what_a_list_has_no_filter_for_is_refused(desk, member, asked):
    assert desk.get(f"/admin/{asked}").status_code == 400


@pytest.mark.parametrize(
    "asked", ["?is_active__exact=1", "?is_staff__exact=0&is_active__exact=1&o=1", "?q=mel&o=-2"]
)
def test_the_filters_and_the_search_of_a_list_go_on_working(desk, member, asked):
    page = desk.get(f"/admin/accounts/user/{asked}")

    assert page.status_code == 200
    assert "Mel Member" in page.text


def test_the_search_looks_into_nothing_that_circles_wrote():
    searched = {
        f"{model._meta.label_lower}.{path}"
        for model, model_admin in site._registry.items()
        for path in model_admin.search_fields
    }
    reached = set()
    for name in searched:
        label, path = name.rsplit(".", 1)
        model = next(each for each in REGISTERED if each._meta.label_lower == label)
        for part in path.split("__"):
            field = model._meta.get_field(part)
            model = field.related_model or model
            reached.add(model._meta.app_label)

    assert searched
    assert reached == {"accounts", "auth", "briefs"}


@pytest.mark.parametrize("sorted_by", ["50", "-1.2.3", "x", "0"])
def test_an_odd_order_of_a_list_is_no_error(desk, sorted_by):
    for model in REGISTERED:
        assert desk.get(page_of(model), {"o": sorted_by}).status_code == 200


def test_no_page_completes_names(desk):
    asked = {"app_label": "circles", "model_name": "note", "field_name": "author", "term": "m"}

    assert desk.get("/admin/autocomplete/", asked).status_code == 404


def test_the_way_to_a_page_of_the_site_leads_to_no_circle(desk, member, meeting):
    note = make_note(meeting, member)

    for row in (meeting.circle, meeting, note):
        kind = ContentType.objects.get_for_model(type(row)).pk
        for number in (kind, f"{kind} ", f"+{kind}", f"0{kind}"):
            assert desk.get(f"/admin/r/{number}/{row.pk}/").status_code == 404


def test_the_way_to_a_page_of_the_site_leads_to_what_the_admin_shows(desk, brief):
    kind = ContentType.objects.get_for_model(type(brief)).pk

    answer = desk.get(f"/admin/r/{kind}/{brief.pk}/")

    assert answer.status_code == 302
    assert answer.url.endswith(brief.get_absolute_url())


@pytest.mark.parametrize("asked", ["x/1", "99999/1", "9" * 5000 + "/1", "1/x", "-1/1"])
def test_no_odd_way_to_a_page_of_the_site_is_an_error(desk, asked):
    assert desk.get(f"/admin/r/{asked}/").status_code == 404


def test_what_a_page_links_to_on_the_site_needs_the_right_to_see_it(client, brief):
    client.force_login(make_user(is_staff=True))
    kind = ContentType.objects.get_for_model(type(brief)).pk

    assert client.get(f"/admin/r/{kind}/{brief.pk}/").status_code == 404


def is_of_circles(model):
    return issubclass(model, models.Model) and model._meta.app_label == "circles"


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_only_what_has_nothing_of_circles_can_be_deleted(rf, model, admin):
    """Before it deletes, a page lists all that hangs on the row: notes on a section, say."""
    request = rf.get("/")
    request.user = admin
    hangs = {field.related_model for field in model._meta.related_objects}
    can_delete = site._registry[model].has_delete_permission(request)

    assert not (can_delete and (is_of_circles(model) or any(map(is_of_circles, hangs))))
    for inline in site._registry[model].inlines:
        deletes = inline.can_delete and inline(model, site).has_delete_permission(request)
        hangs = {field.related_model for field in inline.model._meta.related_objects}
        assert not (deletes and any(map(is_of_circles, hangs)))


def test_no_page_of_the_admin_shows_what_a_circle_wrote(desk, member, meeting, section):
    """Lists, pages of rows, their histories and deletions, and the first pages."""
    question = make_question(section)
    words = "The mayor told me so"
    make_note(meeting, member, section=section, text=words)
    make_note(meeting, member, section=section, question=question, text=words)
    make_meeting(meeting.circle, title=words, welcome=words)
    Circle.objects.update(purpose=words, usual_place=words, agreements=words)
    urls = ["/admin/", "/admin/accounts/", "/admin/briefs/", "/admin/circles/", "/admin/auth/"]
    for model in REGISTERED:
        urls += [page_of(model), page_of(model, "add")]
        for row in site._registry[model].model._default_manager.all()[:3]:
            for page in ("change", "history", "delete"):
                urls.append(page_of(model, page, row.pk))
            urls.append(page_of(model) + f"{row.pk}/")
    told = {url for url in urls if words in desk.get(url, follow=True).text}

    assert len(urls) > 40
    assert told == set()


@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_a_circle_and_a_mail_have_no_page_of_their_own(desk, circle, page):
    url = reverse(f"admin:circles_circlewithoutdate_{page}", args=[circle.pk])

    assert desk.get(url).status_code == 403


def test_no_list_offers_to_delete_what_has_notes(desk, member, meeting, section):
    make_note(meeting, member, section=section)
    sent = {"action": "delete_selected", "_selected_action": [section.pk]}

    assert "delete_selected" not in desk.get("/admin/briefs/section/").text
    desk.post("/admin/briefs/section/", sent | {"post": "yes"})
    assert type(section).objects.filter(pk=section.pk).exists()
