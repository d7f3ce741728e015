"""An operator explains a finding with a sentence: it counts no more, and who said what and when stays."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.models import Event
from interop.models import Outbound, Unexplained
from interop.outbound import enqueue
from interop.reconciliation import compare
from interop.reconciliation.explain import explain
from tests.documents.desks import at_desk, words
from tests.interop.city_side import issued

WORDS = "Đã gửi lại bằng bản giấy theo văn bản số 15/SNV-VP."
URL, PAGE = "exchange_explain", "exchange_explained"


@pytest.fixture
def operator(office):
    return at_desk(office.quantri)


def compared() -> int:
    return compare.compare(None, at=timezone.now() + timedelta(hours=1)).unexplained


def a_finding(office, number: str = "2") -> Unexplained:
    paper = issued(office, office.ministry, number=number)
    compared()
    return Unexplained.objects.get(kind="not_packed", key=paper.pk)


def said(client, *findings, words: str = WORDS, follow: bool = True):
    keys = [finding.pk if isinstance(finding, Unexplained) else finding for finding in findings]
    return client.post(reverse(URL), {"finding": keys, "words": words}, follow=follow)


def test_a_finding_is_explained_with_a_sentence_and_counts_no_more(office, operator, settings):
    settings.AXIS_URL = ""
    finding = a_finding(office)
    page = operator.get(reverse("exchange"))
    assert "1 văn bản Đối chiếu" in words(page) and "Giải trình văn bản đã chọn" in words(page)
    asked = operator.get(reverse(URL), {"finding": finding.pk})
    assert finding.sentence in words(asked)
    before = timezone.now()
    after = words(said(operator, finding))
    assert "Đã giải trình 1 văn bản." in after and "0 văn bản Đối chiếu" in after
    assert finding.sentence not in after
    assert "Đã giải trình: 1 văn bản trong 90 ngày gần đây" in after

    finding.refresh_from_db()
    assert (finding.explanation, finding.explained_by) == (WORDS, office.quantri)
    assert before <= finding.explained_at <= timezone.now()
    listed = words(operator.get(reverse(PAGE)))
    assert WORDS in listed and finding.sentence in listed and str(office.quantri.user) in listed


def test_the_history_of_the_paper_tells_its_office(office, operator):
    finding = a_finding(office)
    said(operator, finding)
    event = Event.objects.get(kind="explain")
    assert (event.document_id, event.organisation) == (int(finding.key), office.home_affairs)
    assert (event.post, event.user) == (office.quantri, office.quantri.user)
    assert (event.payload["text"], event.payload["finding"]) == (WORDS, finding.sentence)
    assert WORDS in words(at_desk(office.lan).get(f"/van-ban-di/{finding.key}/?tab=flow"))


def test_every_kind_of_finding_finds_its_paper(office):
    paper, received = issued(office, office.ministry, office.justice), office.paper()
    enqueue.pack_issued(at=timezone.now())
    keys = {
        "not_packed": (paper.pk, paper.pk),
        "sent_queued": (paper.deliveries.first().pk, paper.pk),
        "not_handed": (paper.deliveries.last().pk, paper.pk),
        "not_on_axis": (Outbound.objects.get().pk, paper.pk),
        "from_nowhere": (received.pk, received.pk),
        "not_reported": (received.reports.first().pk, received.pk),
        "opened": (1, None),
        "not_ours": ("5f0c…", None),
        "not_fetched": ("6a1d…", None),
    }
    assert set(keys) == set(Unexplained.Kind.values)
    for kind, (key, document) in keys.items():
        explain(found(kind, key), WORDS, by=office.quantri, at=timezone.now())
        event = Event.objects.filter(kind="explain").last()
        assert (event.payload["kind"], event.document_id) == (kind, document)
    assert event.organisation == office.quantri.organisation, "without a paper, where the operator sits"


def found(kind: str, key, sentence: str = "Không rõ vì sao") -> Unexplained:
    now = timezone.now()
    return Unexplained.objects.create(kind=kind, key=str(key), since=now, found_at=now, sentence=sentence)


def test_what_is_found_again_keeps_its_explanation_and_counts_once(office, operator):
    finding = a_finding(office)
    said(operator, finding)
    assert compared() == 0, "found again"
    finding.refresh_from_db()
    assert finding.explanation == WORDS
    enqueue.pack_issued(at=timezone.now())
    assert compared() == 0, "mended"
    finding.refresh_from_db()
    assert (finding.explanation, Event.objects.filter(kind="explain").count()) == (WORDS, 1)
    Outbound.objects.all().delete()
    assert compared() == 0


def test_a_word_is_no_explanation(office, operator):
    finding = a_finding(office)
    page = said(operator, finding, words="   Đã rõ    ")
    assert (
        "Cần ít nhất 10 ký tự" in words(page) and "Đã rõ" in words(page) and finding.sentence in words(page)
    )
    finding.refresh_from_db()
    assert finding.explained_at is None and not Event.objects.filter(kind="explain").exists()


def test_several_of_one_cause_take_one_sentence(office, operator):
    first, second, left = (a_finding(office, number) for number in ("1", "2", "3"))
    assert "Đã giải trình 2 văn bản." in words(said(operator, first, second))
    assert list(Unexplained.objects.open()) == [left]
    assert Event.objects.filter(kind="explain").count() == 2


def test_what_is_gone_meanwhile_is_a_sentence(office, operator):
    first, second = a_finding(office, "1"), a_finding(office, "2")
    assert "Đã giải trình 1 văn bản." in words(said(operator, first))
    again = said(operator, first, words="Một lời giải trình khác hẳn")
    assert "không còn trong danh sách" in words(again)
    first.refresh_from_db()
    assert first.explanation == WORDS
    both = words(said(operator, first, second))
    assert "Đã giải trình 1 văn bản." in both and "1 văn bản không còn trong danh sách" in both
    enqueue.pack_issued(at=timezone.now())
    gone = a_finding(office, "3")
    enqueue.pack_issued(at=timezone.now())
    compared()
    assert "không còn trong danh sách" in words(operator.get(reverse(URL), {"finding": gone.pk}, follow=True))


@pytest.mark.parametrize("key", ["", "x", "-1", "²", "9" * 30, "\x00"])
def test_what_makes_no_sense_is_as_good_as_nothing_chosen(office, operator, key):
    for answer in (said(operator, key), operator.get(reverse(URL), {"finding": key}, follow=True)):
        assert answer.status_code == 200 and "Hãy chọn ít nhất một văn bản" in words(answer)


@pytest.mark.parametrize("who", ["lan", "dung", "minh", "tu"])
def test_others_do_not_learn_that_the_pages_exist(office, client, who):
    finding = a_finding(office)
    stranger = at_desk(getattr(office, who))
    codes = [stranger.get(reverse(name)).status_code for name in (URL, PAGE)]
    assert [*codes, said(stranger, finding).status_code] == [404, 404, 404]
    finding.refresh_from_db()
    assert finding.explained_at is None
    assert client.post(reverse(URL)).status_code == client.get(reverse(PAGE)).status_code == 302
    assert at_desk(office.quantri).post(reverse(PAGE)).status_code == 405


def test_a_press_from_another_site_is_refused(office):
    finding = a_finding(office)
    client = at_desk(office.quantri)
    client.handler.enforce_csrf_checks = True
    assert said(client, finding).status_code == 403


def test_the_lists_cost_the_same_for_one_and_for_three(office, operator, settings):
    settings.AXIS_URL = ""
    opened, answered = [], []

    def cost() -> list[int]:
        counts = []
        for url in (
            reverse("exchange"),
            f"{reverse(URL)}?{'&'.join(f'finding={pk}' for pk in opened)}",
            reverse(PAGE),
        ):
            with CaptureQueriesContext(connection) as seen:
                assert operator.get(url).status_code == 200
            counts.append(len(seen))
        return counts

    def one_more(n: int) -> None:
        opened.append(found("not_ours", f"a{n}").pk)
        answered.append(found("not_ours", f"b{n}"))
        explain(answered[-1], WORDS, by=office.quantri, at=timezone.now())

    one_more(1)
    first = cost()
    one_more(2), one_more(3)
    assert cost() == first


def test_the_explained_are_paged_and_leave_after_ninety_days(office, operator):
    for n in range(52):
        explain(found("not_ours", n), f"Lời giải trình thứ {n}.", by=office.quantri, at=timezone.now())
    page = operator.get(reverse(PAGE))
    assert len(page.context["page"].rows) == 50
    rest = operator.get(reverse(PAGE) + page.context["page"].older_url)
    assert [row.key for row in rest.context["page"].rows] == ["1", "0"]
    Unexplained.objects.update(explained_at=timezone.now() - timedelta(days=91))
    assert "Chưa giải trình văn bản nào" in words(operator.get(reverse(PAGE)))
    assert "Đã giải trình:" not in words(operator.get(reverse("exchange")))


@pytest.mark.django_db(transaction=True)
def test_of_two_operators_at_once_one_is_told(transactional_db, office):
    finding, barrier = a_finding(office), Barrier(2)

    def press(sentence: str) -> str:
        client = at_desk(office.quantri)
        try:
            barrier.wait(timeout=20)
            return words(said(client, finding, words=sentence))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(press, ["Lời giải trình thứ nhất", "Lời giải trình thứ hai"]))
    assert sorted("Đã giải trình 1 văn bản." in answer for answer in answers) == [False, True]
    assert sum("không còn trong danh sách" in answer for answer in answers) == 1
    assert Event.objects.filter(kind="explain").count() == 1
