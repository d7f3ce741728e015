"""A file that is part of another, and files that are only related."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casefiles.actions.closing import close_file, content_of, findings, reopen_file
from casefiles.actions.parts import open_part, relate, unrelate
from casefiles.models import CaseEvent, CaseFile, Relation
from documents.journey import NotAllowedNow
from tests.casefiles.filing import answered, closed, in_force, opened
from tests.documents.desks import at_desk, words

AGO = dt.timedelta(days=30)


def part(case, *, title="Hồ sơ con về nhân sự", by=None, **facts) -> CaseFile:
    given = {"term": "20", "started_on": timezone.localdate()} | facts
    return open_part(case, by=by or case.creator, at=timezone.now(), title=title, **given)


def test_a_part_has_the_code_of_its_file_and_the_next_number_and_both_show_each_other(office):
    case = opened(office)
    sent = {
        "title": "Hồ sơ con: nhân sự",
        "term": "20",
        "started_on": f"{timezone.localdate():%d/%m/%Y}",
        "note": "",
    }
    client = at_desk(office.minh)
    client.post(reverse("part_open", args=[case.pk]), sent)
    first, second = CaseFile.objects.get(parent=case), part(case)
    assert [first.code, second.code] == [f"{case.code}-01", f"{case.code}-02"]
    assert (first.year, first.mode, first.creator) == (case.year, case.mode, office.minh)
    page = words(client.get(case.get_absolute_url(), {"tab": "facts"}))
    assert f"Hồ sơ con: {first.code}: Hồ sơ con: nhân sự" in page and second.code in page
    assert f"Hồ sơ chính: {case.code}" in words(client.get(first.get_absolute_url(), {"tab": "facts"}))
    kinds = list(CaseEvent.objects.filter(case=case).order_by("event").values_list("event__kind", flat=True))
    assert kinds == ["open_file", "open_part", "open_part"]


def test_there_is_one_level_and_only_whoever_fills_the_file_opens_a_part(office):
    case = opened(office)
    inner = part(case)
    with pytest.raises(ValidationError, match="không có hồ sơ con"):
        part(inner)
    with pytest.raises(PermissionDenied):
        part(case, by=office.lan)
    with pytest.raises(ValidationError, match="tiêu đề"):
        part(case, title="x")
    assert CaseFile.objects.filter(parent__isnull=False).count() == 1
    assert "Mở hồ sơ con" not in words(at_desk(office.minh).get(inner.get_absolute_url(), {"tab": "facts"}))


def test_a_part_is_closed_before_its_file_and_opened_again_after_it(office):
    case = opened(office, at=timezone.now() - AGO)
    answered(office, case)
    inner = part(case)
    assert f"Hồ sơ con {inner.code} chưa kết thúc." in [
        one.words for one in findings(case, content_of(case)) if one.stops
    ]
    with pytest.raises(ValidationError, match="chưa kết thúc"):
        closed(office, case)
    closed(office, inner)
    closed(office, case)
    with pytest.raises(NotAllowedNow, match="mở lại hồ sơ chính trước"):
        reopen_file(inner, by=office.minh, at=timezone.now(), reason="Bổ sung tài liệu còn thiếu")
    with pytest.raises(NotAllowedNow):
        part(case)
    reopen_file(case, by=office.minh, at=timezone.now(), reason="Bổ sung tài liệu còn thiếu")
    reopen_file(inner, by=office.minh, at=timezone.now(), reason="Bổ sung tài liệu còn thiếu")
    inner.refresh_from_db()
    assert inner.state == "open"


def test_the_code_of_a_part_is_never_one_that_the_list_of_the_year_or_a_series_gives(office):
    in_force(office)
    case = opened(office)
    codes = {part(case).code, opened(office).code, opened(office, symbol="TCCB-01").code}
    assert len(codes) == 3 and CaseFile.objects.count() == 4


def test_files_are_related_from_either_side_once_and_not_to_what_one_does_not_see(office):
    mine, other = opened(office), opened(office, title="Hồ sơ biên chế")
    hidden = opened(office, by=office.lan, title="Hồ sơ của văn thư")
    client = at_desk(office.minh)
    url = reverse("case_relate", args=[other.pk])
    client.post(url, {"year": mine.year, "code": mine.code.lower()})
    assert Relation.objects.get().case == mine
    for one, two in ((mine, other), (other, mine)):
        assert f"Liên quan: {two.code}" in words(client.get(one.get_absolute_url(), {"tab": "facts"}))
        with pytest.raises(ValidationError, match="đã được ghi"):
            relate(one, other=two, by=office.minh, at=timezone.now())
    assert "Không có hồ sơ này" in words(client.post(url, {"year": hidden.year, "code": hidden.code}))
    assert "Chọn một hồ sơ khác" in words(client.post(url, {"year": other.year, "code": other.code}))
    relate(mine, other=hidden, by=office.minh, at=timezone.now())  # as if he had seen it then
    page = words(client.get(mine.get_absolute_url(), {"tab": "facts"}))
    assert "Và 1 hồ sơ bạn không được xem" in page and "Hồ sơ của văn thư" not in page
    client.post(reverse("case_unrelate", args=[other.pk]), {"other": mine.pk})
    unrelate(other, other=mine.pk, by=office.minh, at=timezone.now())  # twice is once
    assert Relation.objects.get(removed_at=None).other == hidden
    done = [one.event.kind for one in CaseEvent.objects.filter(case=other).order_by("event")]
    assert done == ["open_file", "relate_file", "unrelate_file"]


def test_a_file_and_its_part_are_not_related_and_a_closed_file_is_not_changed(office):
    case = opened(office)
    inner = part(case)
    with pytest.raises(ValidationError, match="hồ sơ chính và hồ sơ con"):
        relate(inner, other=case, by=office.minh, at=timezone.now())
    done = closed(office)
    with pytest.raises(NotAllowedNow):
        relate(done, other=case, by=office.minh, at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Relation.objects.create(case=case, other=case, by=office.minh, at=timezone.now())


def test_the_page_costs_the_same_however_many_belong_to_it(office):
    case, costs = opened(office), []
    client = at_desk(office.minh)
    for count in (1, 3):
        while case.parts.count() < count:
            part(case)
            relate(case, other=opened(office), by=office.minh, at=timezone.now())
        client.get(case.get_absolute_url(), {"tab": "facts"})
        with CaptureQueriesContext(connection) as asked:
            client.get(case.get_absolute_url(), {"tab": "facts"})
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 10


def test_of_a_part_opened_and_its_file_closed_at_once_one_waits_and_is_told(transactional_db, office):
    case = opened(office, at=timezone.now() - AGO)
    answered(office, case)
    start, said = threading.Barrier(3), []

    def act(what):
        start.wait()
        try:
            said.append(what())
        except (NotAllowedNow, ValidationError) as refusal:
            said.append(refusal)
        finally:
            connections.close_all()

    def close():
        at = timezone.now()
        close_file(
            case, by=office.minh, at=at, title=case.title, term=case.term, ended_on=timezone.localdate(at)
        )
        return "closed"

    threads = [
        threading.Thread(target=act, args=(what,))
        for what in (close, lambda: part(case).code, lambda: part(case).code)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    case.refresh_from_db()
    parts = sorted(case.parts.values_list("code", flat=True))
    assert len(said) == 3
    if case.state == "closed":
        assert parts == [] and sum(isinstance(one, NotAllowedNow) for one in said) == 2
    else:
        assert (
            parts == [f"{case.code}-01", f"{case.code}-02"]
            and sum(isinstance(one, ValidationError) for one in said) == 1
        )
