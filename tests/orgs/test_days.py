"""Days are typed and shown as dd/mm/yyyy whatever the browser speaks; what programs write is understood too."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone

from orgs.calendar import working_days
from tests.documents.desks import at_desk, registered, words
from ui.days import DayField, parse_day, said_day

FIFTH = dt.date(2026, 3, 5)


@pytest.mark.parametrize(
    "typed", ["05/03/2026", "5/3/2026", " 5-3-2026 ", "05.03.2026", "5/3/26", "05032026", "2026-03-05"]
)
def test_a_day_is_understood_however_a_clerk_types_it(typed):
    assert parse_day(typed) == FIFTH


@pytest.mark.parametrize(
    "typed",
    ["", "31/02/2026", "13/13/2026", "5/3", "5/3-2026", "2026/03/05", "03-2026", "٠٥/٠٣/٢٠٢٦", "5" * 500, "5/3/026", "\x00"],
)  # fmt: skip
def test_what_is_no_day_is_none(typed):
    assert parse_day(typed) is None


@pytest.mark.parametrize(
    "typed, sentence", [("31/02/2026", "Hãy ghi ngày"), ("05/03/1026", "quá xa"), ("5/3/2199", "quá xa")]
)
def test_a_field_says_what_is_wrong_with_a_day(typed, sentence):
    with pytest.raises(Exception, match=sentence):
        DayField(label="Ngày").clean(typed)


WEDNESDAY = dt.date(2026, 12, 2)


@pytest.mark.parametrize(
    "typed, ahead, back",
    [
        ("5/12", "2026-12-05", "2025-12-05"),
        ("2.12", "2026-12-02", "2026-12-02"),
        ("1-12", "2027-12-01", "2026-12-01"),
        ("29/2", "2028-02-29", "2024-02-29"),
        ("Thứ Sáu", "2026-12-04", "2026-11-27"),
        ("thứ tư", "2026-12-02", "2026-12-02"),
        ("t2", "2026-12-07", "2026-11-30"),
        ("CN", "2026-12-06", "2026-11-29"),
        ("chủ nhật", "2026-12-06", "2026-11-29"),
        ("hôm nay", "2026-12-02", "2026-12-02"),
        ("mai", "2026-12-03", "2026-12-03"),
        ("+3", "2026-12-05", "2026-12-05"),
    ],
)
def test_a_day_said_short_is_the_nearest_one(typed, ahead, back):
    assert said_day(typed, WEDNESDAY) == dt.date.fromisoformat(ahead)
    assert said_day(typed, WEDNESDAY, back=True) == dt.date.fromisoformat(back)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "31/2",
        "0/12",
        "5/13",
        "+",
        "+1000",
        "-3",
        "+٣",
        "thứ tám",
        "t8",
        "5/",
        "sáu",
        "\x00",
        "5/12" * 100,
    ],
)
def test_what_says_no_day_is_none(typed):
    assert said_day(typed, WEDNESDAY) is None


def test_plus_three_is_the_third_working_day_of_a_deadline(office):
    paper, today = office.paper(), timezone.localdate()
    url = f"/van-ban-den/{paper.pk}/vao-so/"
    assert at_desk(office.lan).post(url, {"due_on": "+3"}).status_code == 302
    paper.refresh_from_db()
    assert paper.due_on == working_days().add(today, 3)


def test_no_page_asks_the_browser_how_to_write_a_day():
    root = Path(__file__).parents[2]
    asked = [path for path in (root / "templates").rglob("*.html") if 'type="date"' in path.read_text()]
    fields = [
        path for app in ("orgs", "documents", "signatures", "interop", "casefiles", "progress") for path in (root / app).rglob("*.py")
        if "forms.DateField(" in path.read_text() and path.name != "days.py"
    ]  # fmt: skip
    assert not asked and not fields


def test_the_clerk_reads_and_types_the_deadline_as_it_is_written_here(office):
    paper = office.paper(due_on=dt.date(2026, 3, 5))
    lan, url = at_desk(office.lan), f"/van-ban-den/{paper.pk}/vao-so/"
    page = lan.get(url).content.decode()
    assert 'value="05/03/2026"' in page and 'inputmode="numeric"' in page
    due = timezone.localdate() + dt.timedelta(days=40)
    assert lan.post(url, {"due_on": f"{due:%d/%m/%Y}"}).status_code == 302
    paper.refresh_from_db()
    assert paper.due_on == due


def test_a_wrong_day_is_shown_again_as_it_was_typed(office):
    paper = office.paper()
    answer = at_desk(office.lan).post(f"/van-ban-den/{paper.pk}/vao-so/", {"due_on": "31/02/2026"})
    assert "ví dụ 05/03/2026" in words(answer) and 'value="31/02/2026"' in answer.content.decode()


def test_a_filter_takes_both_spellings_and_shows_one(office):
    paper = registered(office)
    today = timezone.localdate()
    for typed in (f"{today:%d/%m/%Y}", today.isoformat()):
        page = at_desk(office.lan).get("/van-ban-den/", {"box": "all", "from": typed, "to": typed})
        assert paper.subject in words(page) and f'value="{today:%d/%m/%Y}"' in page.content.decode()
