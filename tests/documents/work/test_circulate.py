"""Lấy ý kiến: each says yes, no or something else, until it is closed; then the report says who said what."""

import datetime as dt
import io

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.actions.work import consultations as acts
from documents.models import Asked, Consultation, Event, Opinion
from orgs.models import Role
from tests.documents.desks import at_desk, directed, kinds, presented, words
from tests.documents.lists.test_file import sheet
from tests.documents.outgoing_cases import written
from tests.documents.work.asking import TOMORROW, place_of, says, voted

SENT = {"question": "Thông qua dự thảo quy chế?", "due_on": f"{TOMORROW:%d/%m/%Y}"}


@pytest.fixture
def nga(office):
    return office.post("nga", "Vũ Nga", office.home_affairs, Role.OFFICER, "Chuyên viên", unit=office.room)


def text_of_pdf(data: bytes) -> str:
    import pypdfium2

    pdf = pypdfium2.PdfDocument(io.BytesIO(data))
    return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in pdf).split())


def test_a_draft_goes_round_and_the_report_counts_every_vote(office, nga):
    draft = written(office)
    minh = at_desk(office.minh)
    sent = SENT | {"asked": [office.hoa.pk, office.thao.pk, office.dung.pk, nga.pk]}
    assert minh.post(f"/y-kien/lay/{draft.pk}/", sent).status_code == 302
    vote = Consultation.objects.get()
    assert (vote.kind, vote.due_on, vote.asked.count()) == ("vote", TOMORROW, 4)
    url = f"/y-kien/{vote.pk}/tra-loi/"
    assert at_desk(office.hoa).post(url, {"choice": "agree"}).status_code == 302
    assert at_desk(office.thao).post(url, {"choice": "disagree", "text": "Trái Điều 5."}).status_code == 302
    assert at_desk(office.dung).post(url, {"choice": "other", "text": "Nên bỏ khoản 2."}).status_code == 302
    assert minh.post(f"/y-kien/{vote.pk}/ket-thuc/", follow=True).status_code == 200
    page = words(minh.get(vote.get_absolute_url()))
    for said in (
        "Đồng ý: 1",
        "Không đồng ý: 1",
        "Ý kiến khác: 1",
        "Không cho ý kiến: 1",
        "Trái Điều 5.",
        "Nên bỏ khoản 2.",
        "Giám đốc · Sở Nội vụ",
    ):
        assert said in page, said
    answer = minh.get(f"/y-kien/{vote.pk}/bao-cao/")
    assert answer["Content-Type"] == "application/pdf" and "attachment" in answer["Content-Disposition"]
    report = text_of_pdf(answer.content)
    for said in (
        "BÁO CÁO TỔNG HỢP Ý KIẾN",
        "3/4 người đã cho ý kiến",
        "Đồng ý: 1; Không đồng ý: 1; Ý kiến khác: 1; Không cho ý kiến: 1",
        "Vũ Phương Thảo",
        "Phó Giám đốc",
        "Trái Điều 5.",
        "Thông qua dự thảo quy chế?",
    ):
        assert said in report, (said, report)
    assert kinds(draft)[-5:] == ["circulate", *["give_opinion"] * 3, "close_consultation"]


def test_what_is_typed_never_becomes_part_of_the_reports_markup(office):
    vote = voted(office, asked=[office.hoa], question="<b>Có</b> <img src='file:///etc/passwd'>")
    says(vote, office.hoa, "other", "<script>x</script>")
    report = text_of_pdf(at_desk(office.minh).get(f"/y-kien/{vote.pk}/bao-cao/").content)
    assert "<b>Có</b> <img src='file:///etc/passwd'>" in report and "<script>x</script>" in report


def test_a_vote_needs_a_day(office):
    paper = directed(office)
    page = at_desk(office.minh).post(
        f"/y-kien/lay/{paper.pk}/", SENT | {"asked": [office.hoa.pk], "due_on": ""}
    )
    assert page.status_code == 200 and page.context["form"].errors["due_on"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "choice"), ({"choice": "maybe"}, "choice"), ({"choice": "none"}, "choice"), ({"choice": "comment", "text": "x"}, "choice"),
        ({"choice": "disagree"}, None), ({"choice": "other", "text": "  "}, None),
        ({"choice": "agree", "text": "x" * 1001}, "text"), ({"choice": "agree", "text": "a\x00"}, "text"),
    ],
)  # fmt: skip
def test_a_vote_that_says_nothing_or_too_much_is_asked_for_again(office, sent, field):
    vote = voted(office, asked=[office.hoa])
    page = at_desk(office.hoa).post(f"/y-kien/{vote.pk}/tra-loi/", sent)
    assert page.status_code == 200 and (
        page.context["form"].errors if field is None else field in page.context["form"].errors
    )
    assert not Opinion.objects.exists()


def test_a_vote_is_changed_until_it_is_closed_and_every_change_stays(office):
    vote = voted(office, asked=[office.hoa, office.thao])
    hoa, url = at_desk(office.hoa), f"/y-kien/{vote.pk}/tra-loi/"
    hoa.post(url, {"choice": "agree"})
    page = hoa.get(url)
    assert page.context["form"]["choice"].value() == "agree"
    hoa.post(url, {"choice": "disagree", "text": "Nghĩ lại rồi."})
    assert [one.choice for one in Opinion.objects.all()] == ["agree", "disagree"]
    page = words(at_desk(office.minh).get(vote.get_absolute_url()))
    assert "Đồng ý: 0" in page and "Không đồng ý: 1" in page and "Ý kiến trước (1)" in page
    acts.close_consultation(vote, by=office.minh, at=timezone.now())
    page = hoa.post(url, {"choice": "agree", "text": "Nghĩ lại lần nữa."})
    assert page.status_code == 409 and "Nghĩ lại lần nữa." in page.content.decode()
    assert Opinion.objects.count() == 2


def test_it_is_put_off_and_every_day_stays_in_the_report(office):
    vote = voted(office, asked=[office.hoa, office.thao])
    says(vote, office.thao, "agree")
    minh, url = at_desk(office.minh), f"/y-kien/{vote.pk}/gia-han/"
    for bad in (TOMORROW, timezone.localdate(), TOMORROW - dt.timedelta(days=30)):
        page = minh.post(url, {"due_on": f"{bad:%d/%m/%Y}"})
        assert page.status_code == 200 and page.context["form"].errors
    later = [TOMORROW + dt.timedelta(days=days) for days in (2, 5)]
    for day in later:
        assert minh.post(url, {"due_on": f"{day:%d/%m/%Y}"}).status_code == 302
    vote.refresh_from_db()
    assert vote.due_on == later[-1]
    line = f"{TOMORROW:%d/%m/%Y} → {later[0]:%d/%m/%Y}"
    assert line in words(minh.get(vote.get_absolute_url()))
    assert f"{later[0]:%d/%m/%Y} → {later[1]:%d/%m/%Y}" in text_of_pdf(
        minh.get(f"/y-kien/{vote.pk}/bao-cao/").content
    )
    told = office.hoa.user.notices.last().text
    assert f"nay là {later[-1]:%d/%m/%Y}" in told and office.thao.user.notices.count() == 1
    assert Event.objects.filter(kind="extend_consultation").count() == 2


def test_what_comes_after_the_day_counts_and_is_marked(office):
    vote = voted(office, asked=[office.hoa, office.thao])
    says(vote, office.thao, "agree")
    says(vote, office.hoa, "agree", at=timezone.now() + dt.timedelta(days=3))
    page = words(at_desk(office.minh).get(vote.get_absolute_url()))
    assert "Đồng ý: 2" in page and page.count("Sau hạn") == 1


def test_a_vote_once_closed_is_neither_put_off_nor_reminded_of(office):
    vote = voted(office, asked=[office.hoa])
    acts.close_consultation(vote, by=office.minh, at=timezone.now())
    minh, later = at_desk(office.minh), f"{TOMORROW + dt.timedelta(days=9):%d/%m/%Y}"
    for step, sent in (("gia-han", {"due_on": later}), ("thu-lai", {"reason": "Nhầm rồi"})):
        page = minh.post(f"/y-kien/{vote.pk}/{step}/", sent)
        assert page.status_code == 409 and "đã kết thúc việc lấy ý kiến lúc" in words(page), step
    assert "đã kết thúc" in words(minh.post(f"/y-kien/{vote.pk}/nhac/", follow=True))
    assert not office.hoa.user.notices.filter(text__contains="nhắc").exists()


def test_the_report_is_had_as_a_spreadsheet(office):
    draft = written(office, subject="=1+1")
    vote = voted(
        office, paper=draft, asked=[office.room, office.thao, office.lan], question="Có trình không?"
    )
    at = timezone.make_aware(dt.datetime.combine(TOMORROW + dt.timedelta(days=3), dt.time(14, 5)))
    says(vote, office.hoa, "agree")
    says(vote, office.hoa, "other", '=HYPERLINK("http://x")', at=at)
    says(vote, office.thao, "agree")
    minh = at_desk(office.minh)
    url = f"/y-kien/{vote.pk}/bao-cao/?as=xlsx"
    assert url in minh.get(vote.get_absolute_url()).content.decode()
    answer = minh.get(url)
    assert answer["Content-Disposition"] == f'attachment; filename="tong-hop-y-kien-{vote.pk}.xlsx"'
    assert answer["Cache-Control"] == "private, no-store"
    title, about, question, asker, due, tally, made, top, *rows = sheet(answer)
    assert title == ["Báo cáo tổng hợp ý kiến"] and about[0].endswith(": =1+1")
    assert question == ["Nội dung cần ý kiến: Có trình không?"] and "Trần Quang Minh" in asker[0]
    assert f"{TOMORROW:%d/%m/%Y}" in due[0] and "Lập lúc" in made[0]
    assert tally == ["Đồng ý: 1; Không đồng ý: 0; Ý kiến khác: 1; Chưa cho ý kiến: 1"]
    assert top[:6] == ["TT", "Họ tên", "Chức vụ", "Hỏi cả phòng", "Ý kiến", "Nội dung"]
    found = {row[1]: row for row in rows}
    said = found["Lê Thu Hoa"]
    assert said[3:6] == ["Phòng Tổ chức", "Ý kiến khác", '=HYPERLINK("http://x")']
    assert int(said[6]) == (at.date() - dt.date(1899, 12, 30)).days and said[7:9] == ["14:05", "sau hạn"]
    assert said[10] == "1" and found["Nguyễn Thị Lan"][4] == "Chưa cho ý kiến"
    acts.take_back_consultation(vote, by=office.minh, at=timezone.now(), reason="Hỏi nhầm người.")
    assert minh.get(url).status_code == 302


def test_what_was_taken_back_gives_no_report(office):
    vote = voted(office, asked=[office.hoa])
    says(vote, office.hoa, "agree")
    minh = at_desk(office.minh)
    minh.post(f"/y-kien/{vote.pk}/thu-lai/", {"reason": "Hỏi nhầm người, sẽ hỏi lại."})
    page = minh.get(vote.get_absolute_url())
    assert "Kết quả" not in words(page) and "Tải báo cáo" not in words(page)
    assert minh.get(f"/y-kien/{vote.pk}/bao-cao/").status_code == 302


def test_somebody_elsewhere_finds_nothing_of_it(office, nga):
    vote = voted(office, asked=[office.hoa])
    for who in (office.khach, office.tu, nga):
        for step in ("", "tra-loi/", "nhac/", "gia-han/", "ket-thuc/", "thu-lai/", "bao-cao/"):
            for ask in (at_desk(who).get, at_desk(who).post):
                assert ask(f"/y-kien/{vote.pk}/{step}").status_code in (404, 405), (who, step)
    assert not Opinion.objects.exists()


def test_too_many_at_once_are_refused_with_the_number(office, monkeypatch):
    monkeypatch.setattr(acts, "MOST", 1)
    with pytest.raises(ValidationError, match="1 người; đang chọn 2"):
        voted(office, asked=[office.hoa, office.thao])


def test_the_database_keeps_what_matters(office):
    vote = voted(office, asked=[office.hoa])
    place = place_of(vote, office.hoa)
    broken = [
        lambda: Opinion.objects.create(asked=place, choice="disagree", user=office.hoa.user, at=timezone.now()),
        lambda: Opinion.objects.create(asked=place, choice="maybe", text="x", user=office.hoa.user, at=timezone.now()),
        lambda: Asked.objects.create(consultation=vote, document=vote.document, post=office.hoa),
        lambda: Consultation.objects.update(state="closed"),
        lambda: Asked.objects.update(state="answered"),
    ]  # fmt: skip
    for act in broken:
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def queries_of(client, url, *, warm=False) -> int:
    client.get(url)
    if not warm:
        cache.clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_three_votes_cost_no_more_queries_than_one(office, nga):
    minh = at_desk(office.minh)
    few = voted(office, asked=[office.hoa])
    says(few, office.hoa, "agree")
    many = voted(office, asked=[office.hoa, office.thao, nga], paper=directed(office, number="2"))
    for post in (office.hoa, office.thao, nga):
        says(many, post, "other", "Khác.")
        says(many, post, "agree")
    for page in ("", "bao-cao/", "ket-thuc/"):
        counted = [queries_of(minh, f"/y-kien/{one.pk}/{page}") for one in (few, many)]
        assert counted[0] == counted[1] and max(counted) <= 13, (page, counted)
        assert queries_of(minh, f"/y-kien/{many.pk}/{page}", warm=True) <= 10, page
    papers = [f"{one.document.incoming.get_absolute_url()}?tab=work" for one in (few, many)]
    assert queries_of(minh, papers[0]) == queries_of(minh, papers[1])


@pytest.mark.parametrize("box", ["asked", "asking", "answered", "ended"])
def test_a_list_of_three_costs_no_more_than_a_list_of_one(office, box):
    def one_more(number):
        paper = presented(office, number=number)
        made = voted(office, asked=[office.hoa], paper=paper, by=office.dung, question=f"Câu hỏi {number}")
        if box in ("answered", "ended"):
            says(made, office.hoa, "agree")
        if box == "ended":
            acts.close_consultation(made, by=office.dung, at=timezone.now())

    client = at_desk(office.dung if box in ("asking", "ended") else office.hoa)
    counted = []
    for numbers in ("1", "23"):
        for number in numbers:
            one_more(number)
        counted.append(queries_of(client, f"/y-kien/?box={box}"))
    page = client.get(f"/y-kien/?box={box}")
    assert page.content.decode().count("data-nav-item") == 3 and "Câu hỏi 3" in words(page)
    assert counted[0] == counted[1] <= 10, counted


def test_the_nearest_day_comes_first_and_the_count_is_the_list(office):
    for number, days in (("1", 9), ("2", 2), ("3", 5)):
        paper = presented(office, number=number)
        due = TOMORROW + dt.timedelta(days=days)
        voted(
            office, asked=[office.hoa], paper=paper, by=office.dung, question=f"Câu hỏi {number}", due_on=due
        )
    hoa = at_desk(office.hoa)
    page = hoa.get("/y-kien/")
    assert page.context["box"].name == "asked"
    assert [row["subject"] for row in page.context["rows"]] == ["Câu hỏi 2", "Câu hỏi 3", "Câu hỏi 1"]
    desk = hoa.get("/")
    tile = next(tile for tile in desk.context["tiles"] if tile["label"] == "Chờ tôi cho ý kiến")
    assert (tile["count"], tile["url"]) == (3, "/y-kien/?box=asked")
    for who in (office.dung, office.lan):
        assert (
            "Chờ tôi cho ý kiến" not in words(at_desk(who).get("/")).split("Danh mục")[0]
            or who == office.dung
        )


@pytest.mark.parametrize("who", ["lan", "dung", "hoa", "minh"])
def test_every_desk_shows_what_one_is_asked(office, who):
    post = getattr(office, who)
    asker = office.thao if who == "dung" else office.dung
    paper = presented(office)
    type(paper).objects.filter(pk=paper.pk).update(holder=asker)
    paper.refresh_from_db()
    vote = voted(office, asked=[post], paper=paper, by=asker)
    client = at_desk(post)
    assert "/y-kien/?box=asked" in client.get("/").content.decode()
    page = client.get(paper.get_absolute_url())
    step = next(step for step in page.context["steps"] if step["name"] == "give_opinion")
    assert step["url"] == f"/y-kien/{vote.pk}/tra-loi/"
    client.post(step["url"], {"choice": "agree"})
    assert "give_opinion" not in [
        step["name"] for step in client.get(paper.get_absolute_url()).context["steps"]
    ]
