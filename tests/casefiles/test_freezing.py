"""A month that is over stands: what changes later is a correction beside it; out of what stands anybody draws the same sample.
And the figures of public steering, each with its list."""

import datetime as dt
import hashlib
from collections import Counter
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casefiles import freezing, ratio, tasks
from casefiles.actions.closing import reopen_file
from casefiles.actions.targets import load_targets
from casefiles.models import CaseFile, FrozenFile, FrozenMonth, MonthFigures, OnlineTarget
from casefiles.unfiled import filing
from tests.casefiles.filing import answered, closed, issued, opened
from tests.casefiles.test_ratio import filled, on_paper
from tests.documents.desks import at_desk, words

LAST = timezone.localdate().replace(day=1) - dt.timedelta(days=1)  # the last day of the month before this
MONTH = LAST.replace(day=1)
LATER = dt.datetime.combine(LAST + dt.timedelta(days=12), dt.time(9), tzinfo=dt.UTC)


def of_last_month(case) -> CaseFile:
    """As if its work had ended then: no act can."""
    CaseFile.objects.filter(pk=case.pk).update(started_on=MONTH, ended_on=MONTH + dt.timedelta(days=9))
    case.refresh_from_db()
    return case


@pytest.fixture
def month(office):
    """Two on line, one on paper of another unit, all of last month; frozen."""
    cases = [of_last_month(closed(office, filled(office))) for _ in range(2)]
    cases.append(of_last_month(on_paper(office, by=office.lan)))
    assert freezing.freeze(at=LATER) == [MONTH]
    return cases


def line_of(office):
    found = ratio.lines(office.dung, MONTH, timezone.localdate())
    return found["whole"][0], found["months"][0]


def test_it_is_frozen_ten_days_after_its_end_and_once(office):
    of_last_month(closed(office, filled(office)))
    before = dt.datetime.combine(LAST + dt.timedelta(days=10), dt.time(9), tzinfo=dt.UTC)
    assert freezing.freeze(at=before) == [] and not FrozenMonth.objects.exists()
    assert [freezing.freeze(at=LATER) for _ in range(2)] == [[MONTH], []]
    assert MonthFigures.objects.count() == FrozenFile.objects.count() == 1
    tasks.freeze_months()
    assert FrozenFile.objects.filter(month=MONTH).count() == 1


def test_what_changes_afterwards_is_a_correction_and_the_frozen_figures_stay(office, month):
    kept = list(MonthFigures.objects.order_by("pk").values())
    whole, line = line_of(office)
    assert line.frozen and line.counts == whole.counts == {"online": 2, "partly": 0, "late": 0, "paper": 1}
    assert line.corrections == {}
    reopen_file(month[0], by=office.minh, at=timezone.now(), reason="Bổ sung tài liệu còn thiếu")
    of_last_month(on_paper(office))
    whole, line = line_of(office)
    assert line.counts == {"online": 2, "partly": 0, "late": 0, "paper": 1}  # as the month said
    assert line.corrections == {"all": 0, "online": -1, "paper": 1}
    assert whole.counts == {"online": 1, "partly": 0, "late": 0, "paper": 2}  # as it is
    assert {name: line.counts[name] + line.corrections.get(name, 0) for name in line.counts} == whole.counts
    freezing.freeze(at=LATER)
    assert list(MonthFigures.objects.order_by("pk").values()) == kept
    page = words(at_desk(office.dung).get(reverse("online_ratio"), {"from": f"{MONTH}"}))
    assert "đã chốt" in page and "Xử lý giấy +1" in page and "Xử lý trọn trên môi trường mạng -1" in page


def test_every_figure_of_a_frozen_month_opens_the_list_it_was_made_of(office, month):
    reopen_file(month[0], by=office.minh, at=timezone.now(), reason="Bổ sung tài liệu còn thiếu")
    _, line = line_of(office)
    client, url = at_desk(office.dung), reverse("ratio_list")
    for figure in ratio.FIGURES:
        asked = {"from": f"{MONTH}", "figure": figure, "month": f"{MONTH:%Y-%m}", "then": "1"}
        count = line.all if figure == "all" else line.counts[figure]
        assert client.get(url, asked).content.decode().count('data-label="Tính là"') == count, figure
    assert client.get(url, {"month": "2026-13", "then": "1"}).status_code == 404


def test_an_oracle_finds_the_frozen_figures_in_the_files_behind_them(office, month):
    """Knows neither the statement that froze them nor the page: rows alone."""
    then = Counter((one.unit_id, one.counted) for one in FrozenFile.objects.filter(month=MONTH))
    said = Counter()
    for row in MonthFigures.objects.filter(month=MONTH, organisation=office.home_affairs):
        said.update({(row.unit_id, name): getattr(row, name) for name in CaseFile.Counted.values})
    assert +said == then == Counter({(office.room.pk, "online"): 2, (None, "paper"): 1})


def test_the_sample_is_twenty_of_the_numerator_and_anybody_draws_the_same(office, month, monkeypatch):
    monkeypatch.setattr(freezing, "SAMPLE", 1)
    quarter = freezing.quarter_of(MONTH)
    codes = [
        f"{office.home_affairs.code}.{one.year}.{one.code}" for one in month[:2]
    ]  # the one on paper is never drawn
    first = min(codes, key=lambda code: hashlib.sha256(f"{quarter}|{code}".encode()).hexdigest())
    page = words(at_desk(office.dung).get(reverse("ratio_sample"), {"quarter": quarter}))
    assert first in page and sum(code in page for code in codes) == 1
    assert "Mới chốt 1/3 tháng" in page
    reopen_file(month[0], by=office.minh, at=timezone.now(), reason="Bổ sung tài liệu còn thiếu")
    assert first in words(at_desk(office.dung).get(reverse("ratio_sample"), {"quarter": quarter}))
    assert at_desk(office.dung).get(reverse("ratio_sample"), {"quarter": "2026-Q5"}).status_code == 404
    assert at_desk(office.minh).get(reverse("ratio_sample")).status_code == 404


@pytest.mark.parametrize(
    ("day", "quarter", "months"),
    [
        ((2026, 1, 1), "2026-Q1", (1, 2, 3)),
        ((2026, 9, 30), "2026-Q3", (7, 8, 9)),
        ((2026, 12, 31), "2026-Q4", (10, 11, 12)),
    ],
)
def test_a_quarter_is_three_months(day, quarter, months):
    assert freezing.quarter_of(dt.date(*day)) == quarter
    assert freezing.months_of(quarter) == [dt.date(2026, month, 1) for month in months]


def test_papers_in_no_file_are_counted_by_the_unit_that_led_or_drafted_them(office):
    case = opened(office, at=timezone.now() - dt.timedelta(days=2))
    answered(office, subject="Không ai đưa vào hồ sơ")
    answered(office, case, number="9")
    issued(office, number="71", drafter=office.lan)
    issued(office, case, number="72")
    today, room = timezone.localdate(), office.room.pk
    found = [
        (one.label, one.query, one.came, one.came_unfiled, one.left, one.left_unfiled)
        for one in filing(office.dung, today, today)
    ]
    assert found == [
        ("Cả cơ quan", "", 2, 1, 2, 1), (ratio.NO_UNIT, "unit=0", 0, 0, 1, 1), ("Phòng Tổ chức", f"unit={room}", 2, 1, 1, 0)
    ]  # fmt: skip
    client = at_desk(office.dung)
    page = words(client.get(reverse("online_ratio")))
    assert (
        "2 văn bản chưa vào hồ sơ: 1 đến , 1 đi" in page
        and "chưa đủ số liệu văn bản đến đã giải quyết" in page
    )
    for figure, unit, count in (
        ("unfiled", room, 1),
        ("unfiled", 0, 0),
        ("unfiled_out", 0, 1),
        ("unfiled_out", room, 0),
    ):
        listed = client.get(reverse("ratio_list"), {"figure": figure, "unit": unit}).content.decode()
        assert listed.count('data-label="Ngày"') == count, (figure, unit)
    assert client.get(reverse("ratio_list"), {"figure": "unfiled", "unit": "x"}).status_code == 404


def test_files_on_their_way_to_the_archive_are_figures_with_their_lists(office):
    today = timezone.localdate()
    for days in (340, 400, 100):
        case = closed(office)
        ended = today - dt.timedelta(days=days)
        CaseFile.objects.filter(pk=case.pk).update(started_on=ended, ended_on=ended)
    case = closed(office)
    CaseFile.objects.filter(pk=case.pk).update(state="archived")
    client = at_desk(office.dung)
    page = words(client.get(reverse("online_ratio")))
    for said, figure in (
        ("Đến hạn nộp lưu trong 30 ngày: 1 hồ sơ", "due"), ("Quá hạn nộp lưu: 1 hồ sơ", "overdue"), ("Đã nộp vào lưu trữ: 1 hồ sơ", "archived"),
    ):  # fmt: skip
        assert said in page
        listed = client.get(reverse("ratio_list"), {"figure": figure}).content.decode()
        assert listed.count('data-label="Tính là"') == 1, figure


def test_the_page_and_its_lists_cost_the_same_however_many_months_there_are(office, month):
    client, costs = at_desk(office.dung), []
    addresses = [
        (reverse("online_ratio"), {"from": f"{MONTH}"}), (reverse("ratio_sample"), {"quarter": freezing.quarter_of(MONTH)}),
        (reverse("ratio_list"), {"month": f"{MONTH:%Y-%m}", "then": "1"}), (reverse("ratio_list"), {"figure": "unfiled_out"}),
    ]  # fmt: skip
    for more in range(2):
        for _ in range(2 * more):
            on_paper(office)
        for url, asked_for in addresses:
            client.get(url, asked_for)
            with CaptureQueriesContext(connection) as asked:
                client.get(url, asked_for)
            costs.append(len(asked))
    assert costs[:4] == costs[4:] and max(costs) <= 10, costs


@pytest.mark.django_db
def test_thresholds_are_loaded_by_date_and_what_held_is_never_changed():
    OnlineTarget.objects.all().delete()
    out = StringIO()
    call_command("load_online_targets", stdout=out)
    call_command("load_online_targets", stdout=out)
    assert (
        "Đã nạp 5 dòng; 0 dòng có từ trước." in out.getvalue() and "Đã nạp 0 dòng; 5 dòng" in out.getvalue()
    )
    head = "tier,percent,valid_from,valid_to,source\n"
    with pytest.raises(ValidationError, match="đã là 60%"):
        load_targets(f"{head}xa_phuong,50,2023-12-31,,Tự đặt\n".encode())
    with pytest.raises(ValidationError, match="Dòng 2"):
        load_targets(f"{head}xa_phuong,500,2023-12-31,,Tự đặt\n".encode())
    load_targets(f"{head}xa_phuong,75,2035-01-01,,Quyết định mới\n".encode())
    assert OnlineTarget.objects.count() == 6
