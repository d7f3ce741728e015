"""Which series a kind takes its numbers from: the office's own mapping by date, the default where there is none."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from documents.actions.books.series import set_series
from documents.actions.outgoing import approval as papers
from documents.models import Event, KindSeries
from documents.numbering import series_for, series_on
from orgs.models import Role
from tests.documents.books.test_reserve import set_aside
from tests.documents.books.test_void import void
from tests.documents.desks import at_desk, words
from tests.documents.outgoing_cases import brought


def today() -> dt.date:
    return timezone.localdate()


def new_year() -> dt.date:
    return dt.date(today().year + 1, 1, 1)


def set_to(office, kinds, series="CHUNG", since=None, by=None):
    set_series(kinds, series=series, since=since or today(), by=by or office.lan, at=timezone.now())


def test_kinds_of_one_series_count_together_from_the_day_it_was_set(office, keys):
    lan = at_desk(office.lan)
    url = reverse("numbers_series")
    assert "thư công chung với công văn" in words(lan.get(url))
    sent = {
        "kinds": ["TB", "BC"],
        "series": "CHUNG",
        "since": f"{today():%d/%m/%Y}",
        "decision": "Quy chế 12/QĐ-SNV",
    }
    assert lan.post(url, sent).status_code == 302
    page = words(lan.get(url))
    assert "CHUNG" in page and "Quy chế 12/QĐ-SNV" in page
    codes = [brought(office, "numbered", kind=kind).code for kind in ("TB", "BC", "CV")]
    assert codes == ["01/TB-SNV", "02/BC-SNV", "01/SNV-TCBC"]
    event = Event.objects.get(kind="set_series")
    assert event.payload["kinds"] == ["BC", "TB"] and event.payload["series"] == "CHUNG"


def test_a_series_of_next_year_changes_nothing_this_year(office, keys):
    assert brought(office, "numbered", kind="TB").code == "01/TB-SNV"
    set_to(office, ["TB"], since=new_year())
    assert (
        series_for(office.home_affairs.pk, "TB", today()),
        series_on(office.home_affairs.pk, new_year())["TB"],
    ) == ("TB", "CHUNG")
    assert brought(office, "numbered", kind="TB").code == "02/TB-SNV"
    paper = brought(office, "signed", kind="TB")
    papers.number(paper, by=office.lan, at=timezone.make_aware(dt.datetime(today().year + 1, 1, 2, 8)))
    assert (paper.code, paper.book.series) == ("01/TB-SNV", "CHUNG")


def test_in_the_middle_of_a_year_a_kind_that_has_numbers_stays_where_it_is(office, keys):
    """Else the same number and notation would be written twice; a void one counts as well."""
    brought(office, "numbered", kind="TB")
    with pytest.raises(ValidationError, match="sẽ trùng số"):
        set_to(office, ["TB", "BC"])
    void(brought(office, "numbered", kind="KH"), office)
    with pytest.raises(ValidationError, match="sẽ trùng số"):
        set_to(office, ["KH"])
    set_aside(office, series="BC")
    with pytest.raises(ValidationError, match="số giữ để ghi tay"):
        set_to(office, ["BC"])
    assert not KindSeries.objects.exists()


def test_a_letter_and_a_courtesy_letter_stay_together(office):
    """One notation, so one series."""
    set_to(office, ["CV"])
    assert series_for(office.home_affairs.pk, "TCg", today()) == "CHUNG"


@pytest.mark.parametrize("series", ["", "chung", "CÁI GÌ", "DEN", "SY", "TrS", "A" * 11, "A/B"])
def test_a_name_that_does_not_do_is_refused(office, series):
    with pytest.raises(ValidationError):
        set_to(office, ["TB"], series=series)


def test_a_day_behind_us_or_inside_a_year_to_come_is_refused(office):
    for since in (today() - dt.timedelta(days=1), new_year() + dt.timedelta(days=1)):
        with pytest.raises(ValidationError, match="01/01"):
            set_to(office, ["TB"], since=since)
    page = at_desk(office.lan).post(
        reverse("numbers_series"), {"kinds": ["XX"], "series": "CHUNG", "since": "32/13"}
    )
    assert page.context["form"].errors.keys() >= {"kinds", "since"}


def test_the_administrator_sets_it_and_sees_no_reason_of_a_void_number(office, keys):
    admin = office.post("qt", "Quản Trị Sở", office.home_affairs, Role.ORG_ADMIN, "Quản trị")
    void(brought(office, "numbered"), office)
    page = words(at_desk(admin).get(reverse("numbers")))
    assert "Cấp nhầm" not in page and "Giữ số trước khi" not in page
    assert "Loại văn bản lấy số ở đâu" in page
    set_to(office, ["TB"], by=admin)
    for post in (office.minh, office.dung):
        with pytest.raises(PermissionDenied):
            set_to(office, ["BC"], by=post)
        assert at_desk(post).get(reverse("numbers_series")).status_code == 403
        assert at_desk(post).get(reverse("numbers")).status_code == 404
    set_to(office, ["TB"], "KHAC", by=office.khach)
    assert series_for(office.home_affairs.pk, "TB", today()) == "CHUNG", "each office has its own"


def test_of_two_rows_of_one_day_the_last_is_in_force(office):
    set_to(office, ["TB"], since=new_year())
    set_to(office, ["TB"], "KHAC", since=new_year())
    assert series_for(office.home_affairs.pk, "TB", new_year()) == "KHAC"
