"""Days are typed and shown as dd/mm/yyyy whatever the browser speaks; what programs write is understood too."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone

from tests.documents.desks import at_desk, registered, words
from ui.days import DayField, parse_day

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


def test_no_page_asks_the_browser_how_to_write_a_day():
    root = Path(__file__).parents[2]
    asked = [path for path in (root / "templates").rglob("*.html") if 'type="date"' in path.read_text()]
    fields = [
        path for app in ("orgs", "documents", "signatures", "interop", "progress") for path in (root / app).rglob("*.py")
        if "forms.DateField(" in path.read_text() and path.name != "days.py"
    ]  # fmt: skip
    assert not asked and not fields


def test_the_clerk_reads_and_types_the_deadline_as_it_is_written_here(office):
    paper = office.paper(due_on=dt.date(2026, 3, 5))
    lan, url = at_desk(office.lan), f"/van-ban-den/{paper.pk}/register/"
    page = lan.get(url).content.decode()
    assert 'value="05/03/2026"' in page and 'inputmode="numeric"' in page
    due = timezone.localdate() + dt.timedelta(days=40)
    assert lan.post(url, {"due_on": f"{due:%d/%m/%Y}"}).status_code == 302
    paper.refresh_from_db()
    assert paper.due_on == due


def test_a_wrong_day_is_shown_again_as_it_was_typed(office):
    paper = office.paper()
    answer = at_desk(office.lan).post(f"/van-ban-den/{paper.pk}/register/", {"due_on": "31/02/2026"})
    assert "ví dụ 05/03/2026" in words(answer) and 'value="31/02/2026"' in answer.content.decode()


def test_a_filter_takes_both_spellings_and_shows_one(office):
    paper = registered(office)
    today = timezone.localdate()
    for typed in (f"{today:%d/%m/%Y}", today.isoformat()):
        page = at_desk(office.lan).get("/van-ban-den/", {"box": "all", "from": typed, "to": typed})
        assert paper.subject in words(page) and f'value="{today:%d/%m/%Y}"' in page.content.decode()
