"""Phiếu trình: a draft goes round, group after group; its approval submits the draft, and no check is passed by."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.access import may
from documents.actions.outgoing import approval as papers
from documents.actions.outgoing import slips as acts
from documents.actions.outgoing.drafts import attach, change_recipients, edit
from documents.arrival import NewFile
from documents.journey import NotAllowedNow
from documents.models import Event, Outgoing, Slip, SlipOpinion, SlipPlace, SlipRound
from documents.versions import content_of
from orgs.access import posts_of
from orgs.models import Delegation, Role
from tests.documents.desks import at_desk, directed, kinds, stored, words
from tests.documents.outgoing.slipping import TOMORROW, WORDS, place_of, slipped, speaks
from tests.documents.outgoing_cases import brought, fields, written
from tests.documents.work.test_circulate import text_of_pdf


@pytest.fixture
def nga(office):
    return office.post("nga", "Vũ Nga", office.home_affairs, Role.OFFICER, "Chuyên viên", unit=office.room)


def sent(**changes) -> dict:
    return WORDS | {"due_on": f"{TOMORROW:%d/%m/%Y}"} | changes


def answer(slip, choice="agree", text="") -> dict:
    slip.refresh_from_db()
    return {"choice": choice, "text": text, "sha256": slip.rounds.get(number=slip.round).sha256}


def test_a_slip_goes_from_group_to_group_and_its_approval_submits_the_draft(office, nga):
    incoming = directed(office)
    draft = written(office, in_reply_to=incoming)
    minh = at_desk(office.minh)
    assert "Lập phiếu trình" in words(minh.get(draft.get_absolute_url()))
    form = sent(group_1=[office.hoa.pk, nga.pk], group_3=[office.thao.pk])
    page = minh.post(f"/phieu-trinh/lap/{draft.pk}/", form)
    slip = Slip.objects.get()
    assert page.status_code == 302 and page.url == slip.get_absolute_url()
    assert [(p.post, p.group, p.state) for p in slip.places.all()] == [
        (office.hoa, 1, "waiting"), (nga, 1, "waiting"), (office.thao, 2, "later"),
    ]  # fmt: skip
    # The pages they see are the draft's next version, and the draft itself stays its author's.
    shown = slip.rounds.get()
    draft.refresh_from_db()
    assert (draft.state, draft.version, shown.file.version, shown.sha256) == (
        "draft",
        1,
        1,
        content_of(draft),
    )
    url = f"/phieu-trinh/{slip.pk}/cho-y-kien/"
    for who in (office.hoa, nga):
        page = at_desk(who).get(url)
        assert WORDS["proposal"] in words(page) and f"sha256={shown.file.blob_id}" in page.content.decode()
        assert at_desk(who).get(incoming.get_absolute_url()).status_code == 200
        assert at_desk(who).post(url, answer(slip)).status_code == 302
    slip.refresh_from_db()
    assert (slip.turn, place_of(slip, office.thao).state) == (2, "waiting")
    assert (
        at_desk(office.thao).post(url, answer(slip, "other", "Nên gửi thêm Sở Tài chính.")).status_code == 302
    )
    slip.refresh_from_db()
    draft.refresh_from_db()
    assert (slip.state, draft.state, draft.holder, draft.version) == ("approved", "in_review", office.hoa, 1)
    assert kinds(draft) == ["draft", "make_slip", "answer_slip", "answer_slip", "approve_slip", "submit"]
    submitted = Event.objects.get(kind="submit")
    # The very file they agreed to; the deputy's press, in the author's name.
    assert submitted.payload["sha256"] == shown.file.blob_id
    assert (submitted.post, submitted.user) == (office.minh, office.thao.user)
    papers.check_content(draft, by=office.hoa, at=timezone.now(), sha256=shown.sha256)
    assert (
        brought(office, "awaiting_signature", Outgoing.objects.get(pk=draft.pk)).state == "awaiting_signature"
    )


def test_no_check_is_passed_by(office):
    slip = slipped(office, [office.dung])
    speaks(slip, office.dung)
    draft = Outgoing.objects.get()
    assert draft.state == "in_review"
    for act, who in ((papers.check_format, office.lan), (papers.approve, office.dung)):
        with pytest.raises(NotAllowedNow):
            act(draft, by=who, at=timezone.now(), sha256=content_of(draft))


def test_one_refusal_returns_it_at_once_and_asks_nobody_more(office, nga):
    slip = slipped(office, [office.hoa, nga], [office.dung])
    url = f"/phieu-trinh/{slip.pk}/cho-y-kien/"
    page = at_desk(office.hoa).post(url, answer(slip, "disagree"))
    assert page.status_code == 200 and "Hãy ghi rõ lý do" in words(page) and not SlipOpinion.objects.exists()
    assert at_desk(office.hoa).post(url, answer(slip, "disagree", "Sai căn cứ pháp lý.")).status_code == 302
    slip.refresh_from_db()
    assert slip.state == "returned" and Outgoing.objects.get().state == "draft"
    assert {p.post: p.state for p in slip.places.all()} == {
        office.hoa: "answered", nga: "stopped", office.dung: "stopped",
    }  # fmt: skip
    late = at_desk(nga).post(url, answer(slip, "agree", "Tôi đã gõ rất dài"))
    assert late.status_code == 409 and "Tôi đã gõ rất dài" in late.content.decode()
    assert "Lê Thu Hoa (Trưởng phòng · Phòng Tổ chức) đã không đồng ý, trả lại phiếu trình lúc" in words(late)
    page = words(at_desk(office.minh).get(slip.get_absolute_url()))
    assert "Sai căn cứ pháp lý." in page and "Trình lại" in page


def test_sent_again_everybody_speaks_anew_and_the_earlier_words_stay(office, nga):
    slip = slipped(office, [office.hoa], [office.dung])
    speaks(slip, office.hoa)
    speaks(slip, office.dung, "disagree", "Bổ sung số liệu.")
    draft = Outgoing.objects.get()
    edit(draft, by=office.minh, at=timezone.now(), **fields(office, body="Số liệu mới."))
    minh = at_desk(office.minh)
    url = f"/phieu-trinh/{slip.pk}/trinh-lai/"
    assert minh.get(url).status_code == 200
    assert minh.post(url, {"note": "Đã bổ sung số liệu."}).status_code == 302
    slip.refresh_from_db()
    assert (slip.state, slip.round, slip.turn) == ("open", 2, 1)
    assert [p.state for p in slip.places.all()] == ["waiting", "later"]
    first, second = slip.rounds.all()
    assert first.sha256 != second.sha256 and second.note == "Đã bổ sung số liệu."
    page = at_desk(office.hoa).get(f"/phieu-trinh/{slip.pk}/cho-y-kien/")
    assert "Đã bổ sung số liệu." in words(page) and f"sha256={second.file.blob_id}" in page.content.decode()
    old = answer(slip) | {"sha256": first.sha256}
    page = at_desk(office.hoa).post(f"/phieu-trinh/{slip.pk}/cho-y-kien/", old)
    assert page.status_code == 200 and "khác bản đang xem" in words(page)
    speaks(slip, office.hoa)
    speaks(slip, office.dung)
    draft.refresh_from_db()
    assert draft.state == "in_review" and content_of(draft) == second.sha256
    assert SlipOpinion.objects.count() == 4
    page = words(minh.get(slip.get_absolute_url()))
    assert "Lần trình 1" in page and "Bổ sung số liệu." in page


def changes_of(office):
    at = timezone.now()
    return {
        "words": lambda draft: edit(draft, by=office.minh, at=at, **fields(office, body="Khác.")),
        "recipients": lambda draft: change_recipients(draft, by=office.minh, at=at, recipients=[office.city]),
        "a file": lambda draft: attach(
            draft, by=office.minh, at=at, files=[NewFile("phu-luc.pdf", stored(), "attachment", 1)]
        ),
    }


@pytest.mark.parametrize("what", ["words", "recipients", "a file"])
def test_a_draft_that_changes_voids_what_was_said_of_it(office, nga, what):
    slip = slipped(office, [office.hoa, nga], [office.dung])
    speaks(slip, office.hoa)
    draft = Outgoing.objects.get()
    changes_of(office)[what](draft)
    slip.refresh_from_db()
    assert (slip.state, place_of(slip, nga).state) == ("changed", "stopped")
    assert kinds(draft)[-2:] == ["edit", "void_slip"]
    late = at_desk(nga).post(f"/phieu-trinh/{slip.pk}/cho-y-kien/", answer(slip))
    assert late.status_code == 409 and "thay đổi dự thảo, các ý kiến về phiếu trình hết hiệu lực" in words(
        late
    )
    page = words(at_desk(office.hoa).get(slip.get_absolute_url()))
    assert "Dự thảo đã thay đổi sau khi trình" in page
    acts.send_slip_again(slip_now(slip), by=office.minh, at=timezone.now())
    assert place_of(slip, office.hoa).state == "waiting"


def slip_now(slip) -> Slip:
    found = Slip.objects.select_related("by__user").get(pk=slip.pk)
    found.outgoing = Outgoing.objects.get(pk=slip.outgoing_id)
    return found


def test_a_draft_saved_as_it_was_voids_nothing(office):
    slip = slipped(office, [office.hoa])
    edit(Outgoing.objects.get(), by=office.minh, at=timezone.now(), **fields(office))
    slip.refresh_from_db()
    assert slip.state == "open"
    with pytest.raises(ValidationError, match="đúng bản dự thảo này"):
        acts.send_slip_again(slip_now(slip), by=office.minh, at=timezone.now())


def test_while_it_goes_round_the_draft_is_not_submitted_past_it(office):
    slip = slipped(office, [office.hoa])
    draft, minh = Outgoing.objects.get(), at_desk(office.minh)
    page = minh.post(f"/van-ban-di/{draft.pk}/trinh-duyet/", follow=True)
    assert "phiếu trình chưa kết thúc" in words(page)
    assert "Trình duyệt" not in words(minh.get(draft.get_absolute_url()))
    assert minh.get(f"/phieu-trinh/lap/{draft.pk}/", follow=True).status_code == 200
    with pytest.raises(NotAllowedNow, match="đã có phiếu trình"):
        slipped(office, [office.dung], paper=draft, text="Phiếu khác")
    assert minh.post(f"/phieu-trinh/{slip.pk}/thu-lai/", {"reason": "Trình thẳng"}).status_code == 302
    assert minh.post(f"/van-ban-di/{draft.pk}/trinh-duyet/", follow=True).status_code == 200
    draft.refresh_from_db()
    assert (draft.state, draft.version) == ("in_review", 2)


def test_taken_back_nobody_speaks_and_the_draft_is_out_of_sight(office, nga):
    incoming = directed(office)
    slip = slipped(office, [nga], [office.dung], paper=written(office, in_reply_to=incoming))
    draft, colleague = Outgoing.objects.get(), at_desk(nga)
    page = slip.rounds.get().file
    seen = (
        draft.get_absolute_url(),
        incoming.get_absolute_url(),
        slip.get_absolute_url(),
        f"/tep/{page.pk}/",
    )
    for url in seen:
        assert colleague.get(url).status_code == 200, url
    minh, url = at_desk(office.minh), f"/phieu-trinh/{slip.pk}/thu-lai/"
    assert minh.post(url, {"reason": " "}).status_code == 200
    assert minh.post(url, {"reason": "Lập nhầm"}).status_code == 302
    for url in seen:
        assert colleague.get(url).status_code == 404, url
    late = colleague.post(f"/phieu-trinh/{slip.pk}/cho-y-kien/", answer(slip, "other", "Tôi đã gõ"))
    assert late.status_code == 409 and "Tôi đã gõ" in late.content.decode()
    assert "đã thu lại phiếu trình lúc" in words(late) and draft.subject not in late.content.decode()
    again = minh.post(f"/phieu-trinh/{slip.pk}/thu-lai/", {"reason": "Lần nữa"})
    assert again.status_code == 409 and Event.objects.filter(kind="take_back_slip").count() == 1


def test_once_approved_it_is_not_taken_back(office):
    slip = slipped(office, [office.hoa])
    speaks(slip, office.hoa)
    page = at_desk(office.minh).post(f"/phieu-trinh/{slip.pk}/thu-lai/", {"reason": "Nhầm"})
    assert page.status_code == 409 and "Đã thông qua" in words(page)


def test_a_cancelled_draft_ends_its_slip(office, nga):
    slip = slipped(office, [nga])
    papers.cancel(Outgoing.objects.get(), by=office.minh, at=timezone.now())
    slip.refresh_from_db()
    assert slip.state == "taken_back" and place_of(slip, nga).state == "taken_back"
    assert at_desk(nga).get(slip.get_absolute_url()).status_code == 404


def test_one_who_left_is_replaced_and_the_new_one_speaks_instead(office, nga):
    slip = slipped(office, [nga], [office.dung])
    nga.valid_to = timezone.localdate()
    nga.save()
    minh, url = at_desk(office.minh), f"/phieu-trinh/{slip.pk}/thay-nguoi/"
    assert "Không còn tại vị trí" in words(minh.get(slip.get_absolute_url()))
    place = place_of(slip, nga)
    data = {"place": place.pk, "person": office.hoa.pk, "reason": "Chị Nga đã chuyển công tác"}
    assert minh.post(url, data | {"reason": ""}).status_code == 200
    assert minh.post(url, data | {"person": office.dung.pk}).status_code == 200
    assert minh.post(url, data).status_code == 302
    assert [(p.post, p.group, p.state) for p in slip.places.order_by("group", "pk")] == [
        (nga, 1, "replaced"), (office.hoa, 1, "waiting"), (office.dung, 2, "later"),
    ]  # fmt: skip
    speaks(slip, office.hoa)
    assert place_of(slip, office.dung).state == "waiting"
    event = Event.objects.get(kind="replace_in_slip")
    assert event.payload["note"] == "Nhóm 1: Vũ Nga → Lê Thu Hoa"


def test_who_is_replaced_while_typing_is_told(office, nga):
    slip = slipped(office, [nga])
    acts.replace_in_slip(
        place_of(slip, nga), post=office.hoa, reason="Vắng", by=office.minh, at=timezone.now()
    )
    page = at_desk(nga).post(f"/phieu-trinh/{slip.pk}/cho-y-kien/", answer(slip, "other", "Đã gõ"))
    assert page.status_code == 409 and "Bạn không còn phải cho ý kiến" in words(page)
    assert at_desk(nga).get(slip.get_absolute_url()).status_code == 404


def test_who_has_spoken_is_not_replaced(office, nga):
    slip = slipped(office, [nga, office.hoa])
    speaks(slip, nga)
    with pytest.raises(NotAllowedNow, match="đã cho ý kiến"):
        acts.replace_in_slip(
            place_of(slip, nga), post=office.thao, reason="x", by=office.minh, at=timezone.now()
        )


def test_who_speaks_while_the_maker_replaces_him_has_spoken(office, nga):
    slip = slipped(office, [nga, office.hoa])
    minh, url = at_desk(office.minh), f"/phieu-trinh/{slip.pk}/thay-nguoi/"
    assert "Vũ Nga" in words(minh.get(url))
    speaks(slip, nga)
    data = {"place": place_of(slip, nga).pk, "person": office.thao.pk, "reason": "Vắng cả tuần"}
    page = minh.post(url, data)
    assert page.status_code == 409 and "Vũ Nga đã cho ý kiến, không thay được nữa" in words(page)
    assert "Vắng cả tuần" in page.content.decode()
    assert "Vũ Nga" not in words(minh.get(url))


def test_only_whoever_made_it_conducts_it(office, nga):
    slip = slipped(office, [nga], [office.dung])
    for who in (nga, office.dung):
        client = at_desk(who)
        assert client.get(slip.get_absolute_url()).status_code == 200
        for step, data in (("trinh-lai", {}), ("thay-nguoi", {}), ("thu-lai", {"reason": "x"})):
            assert client.post(f"/phieu-trinh/{slip.pk}/{step}/", data).status_code == 403, (who, step)
    assert at_desk(nga).get(f"/phieu-trinh/lap/{slip.outgoing_id}/").status_code == 403


def test_a_slip_of_somebody_who_has_left_is_taken_back_by_the_head(office, nga):
    slip = slipped(office, [nga], [office.dung])
    office.minh.valid_to = timezone.localdate()
    office.minh.save()
    assert (
        at_desk(office.dung).post(f"/phieu-trinh/{slip.pk}/thu-lai/", {"reason": "Đã nghỉ"}).status_code
        == 302
    )


def test_before_ones_turn_one_reads_and_does_not_speak(office):
    slip = slipped(office, [office.hoa], [office.dung])
    dung = at_desk(office.dung)
    assert dung.get(slip.get_absolute_url()).status_code == 200
    page = dung.post(f"/phieu-trinh/{slip.pk}/cho-y-kien/", answer(slip))
    assert page.status_code == 409 and "Chưa đến lượt bạn" in words(page) and not SlipOpinion.objects.exists()


def test_a_deputy_at_a_lent_inbox_speaks_in_its_holders_name_but_nobody_on_his_own_slip(office, nga):
    slip, today = slipped(office, [nga, office.thao]), timezone.localdate()
    Delegation.objects.create(post=nga, to=office.hoa.user, valid_from=today, valid_to=today)
    Delegation.objects.create(post=office.thao, to=office.minh.user, valid_from=today, valid_to=today)
    url = f"/phieu-trinh/{slip.pk}/cho-y-kien/"
    deputy = at_desk(office.hoa)
    deputy.post(reverse("act_as"), {"post": nga.pk})
    assert deputy.post(url, answer(slip)).status_code == 302
    given = SlipOpinion.objects.get()
    assert (given.user, given.place.post) == (office.hoa.user, nga)
    assert "Lê Thu Hoa (thay Vũ Nga)" in words(at_desk(office.minh).get(slip.get_absolute_url()))
    own = at_desk(office.minh)
    own.post(reverse("act_as"), {"post": office.thao.pk})
    assert own.post(url, answer(slip)).status_code == 403 and SlipOpinion.objects.count() == 1


def test_who_can_be_on_a_slip(office, nga):
    draft = written(office)
    minh, url = at_desk(office.minh), f"/phieu-trinh/lap/{draft.pk}/"
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    for bad in (
        {}, {"group_1": [office.minh.pk]}, {"group_1": [office.khach.pk]}, {"group_1": ["x"]},
        {"group_1": [office.hoa.pk], "group_2": [office.hoa.pk]},
        {"group_1": [office.hoa.pk], "text": ""}, {"group_1": [office.hoa.pk], "text": "a\x00"},
        {"group_1": [office.hoa.pk], "proposal": "x" * 2001},
        {"group_1": [office.hoa.pk], "due_on": f"{yesterday:%d/%m/%Y}"},
    ):  # fmt: skip
        page = minh.post(url, sent(**bad))
        assert page.status_code == 200 and page.context["form"].errors, bad
    assert not Slip.objects.exists()
    page = minh.post(url, sent(group_1=[office.hoa.pk], group_2=[nga.pk], find="vu nga", look="1"))
    html = page.content.decode()
    assert 'aria-label="Lê Thu Hoa ở nhóm 1" checked' in html and "Phạm Tiến Dũng ở nhóm" not in html
    assert WORDS["proposal"] in html


def test_a_draft_that_could_not_be_submitted_does_not_go_round(office):
    with pytest.raises(ValidationError, match="nơi nhận"):
        slipped(office, [office.hoa], paper=written(office, recipients=[]))
    assert not Slip.objects.exists() and Outgoing.objects.get().version == 0


def test_where_nobody_checks_the_content_any_more_it_is_approved_and_says_so(office):
    slip = slipped(office, [office.dung])
    office.hoa.valid_to = timezone.localdate()
    office.hoa.save()
    speaks(slip, office.dung)
    slip.refresh_from_db()
    assert slip.state == "approved" and Outgoing.objects.get().state == "draft"
    assert "Chưa có người kiểm tra nội dung" in Event.objects.get(kind="approve_slip").payload["why"]


def test_pressed_twice_it_is_made_and_said_once(office):
    draft, minh = written(office), at_desk(office.minh)
    form = sent(group_1=[office.hoa.pk, office.dung.pk])
    assert [minh.post(f"/phieu-trinh/lap/{draft.pk}/", form).status_code for _ in range(2)] == [302, 302]
    slip = Slip.objects.get()
    hoa, url = at_desk(office.hoa), f"/phieu-trinh/{slip.pk}/cho-y-kien/"
    assert [hoa.post(url, answer(slip)).status_code for _ in range(2)] == [302, 302]
    assert SlipOpinion.objects.count() == 1 and SlipRound.objects.count() == 1
    page = hoa.post(url, answer(slip, "disagree", "Nghĩ lại"))
    assert page.status_code == 409 and "đã cho ý kiến “Đồng ý”" in words(page)


def test_it_is_printed_with_who_said_what(office, nga):
    slip = slipped(office, [nga], [office.dung], text="<b>Có</b> nội dung")
    speaks(slip, nga, "other", "Nên bỏ khoản 2.")
    page = at_desk(office.dung).get(f"/phieu-trinh/{slip.pk}/in/")
    assert page["Content-Type"] == "application/pdf" and "attachment" in page["Content-Disposition"]
    text = text_of_pdf(page.content)
    for said in (
        "PHIẾU TRÌNH", "<b>Có</b> nội dung", WORDS["proposal"], "Vũ Nga", "Ý kiến khác", "Nên bỏ khoản 2.",
        "Phạm Tiến Dũng", "Đang chờ ý kiến",
    ):  # fmt: skip
        assert said in text, (said, text)


def test_a_stranger_finds_nothing_of_it(office, nga):
    slip = slipped(office, [office.hoa])
    for who in (office.khach, office.tu, nga):
        for step in ("", "cho-y-kien/", "trinh-lai/", "thay-nguoi/", "thu-lai/", "in/"):
            for ask in (at_desk(who).get, at_desk(who).post):
                assert ask(f"/phieu-trinh/{slip.pk}/{step}").status_code in (404, 405), (who, step)
        assert slip.text not in words(at_desk(who).get("/phieu-trinh/"))


def test_the_leaders_tray_has_its_card_and_goes_on_to_the_next(office):
    first = slipped(office, [office.dung])
    second = slipped(office, [office.dung], paper=written(office, subject="Về việc thứ hai"), due_on=TOMORROW)
    dung = at_desk(office.dung)
    cards = dung.get("/").context["cards"]
    assert [card["action"]["url"] for card in cards] == [
        f"/phieu-trinh/{one.pk}/cho-y-kien/" for one in (second, first)
    ]
    page = dung.get(cards[0]["action"]["url"])
    assert "Không đồng ý, trả lại" in words(page)
    page = dung.post(cards[0]["action"]["url"], answer(second))
    assert page.url == cards[1]["action"]["url"]
    assert "Đây là việc tiếp theo, còn 1 việc" in words(dung.get(page.url))


def test_an_officers_desk_shows_it_too_and_every_count_is_its_list(office, nga):
    slip = slipped(office, [nga], [office.dung])
    page = at_desk(nga).get("/")
    assert [card["why"] for card in page.context["cards"]] == ["Chờ ý kiến phiếu trình"]
    tile = next(one for one in page.context["tiles"] if one["label"] == "Phiếu trình chờ tôi")
    rows = at_desk(nga).get(tile["url"]).context["rows"]
    assert (tile["count"], len(rows), rows[0]["url"]) == (1, 1, f"/phieu-trinh/{slip.pk}/cho-y-kien/")
    assert len(at_desk(office.minh).get("/phieu-trinh/?box=round").context["rows"]) == 1
    speaks(slip, nga, "disagree", "Chưa được.")
    assert len(at_desk(office.minh).get("/phieu-trinh/?box=back").context["rows"]) == 1
    assert len(at_desk(nga).get("/phieu-trinh/?box=answered").context["rows"]) == 1


def asked_of(client, url) -> list[str]:
    """What a page asks that has been looked at a moment ago."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return [query["sql"][:300] for query in queries]


def queries_of(client, url) -> int:
    client.get(url)
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("box", ["waiting", "round", "back", "answered", "ended"])
def test_three_slips_in_a_list_cost_no_more_queries_than_one(office, nga, box):
    who = {"waiting": nga, "answered": nga}.get(box, office.minh)

    def one_more(number):
        slip = slipped(office, [nga], [office.dung], paper=written(office, subject=f"Việc {number}"))
        if box == "back":
            speaks(slip, nga, "disagree", "Chưa.")
        if box in ("answered", "ended"):
            speaks(slip, nga)
        if box == "ended":
            speaks(slip, office.dung)

    one_more(1)
    client, url = at_desk(who), f"/phieu-trinh/?box={box}"
    few = queries_of(client, url)
    one_more(2)
    one_more(3)
    assert len(client.get(url).context["rows"] or [1, 2, 3]) == 3 and queries_of(client, url) == few


def test_three_people_cost_its_pages_no_more_queries_than_one(office, nga):
    binh = office.post("binh", "Lý Bình", office.home_affairs, Role.OFFICER, "Chuyên viên", unit=office.room)
    few = slipped(office, [nga])
    many = slipped(office, [nga, office.hoa], [office.dung, binh], paper=written(office))
    speaks(many, office.hoa)
    for page in (lambda slip: slip.get_absolute_url(), lambda slip: f"/phieu-trinh/{slip.pk}/cho-y-kien/"):
        found = [asked_of(at_desk(nga), page(one)) for one in (few, many)]
        assert len(found[0]) == len(found[1]) <= 10, "\n".join(found[1])


def test_the_database_keeps_what_matters(office, nga):
    slip = slipped(office, [nga])
    speaks(slip, nga, "other", "Nên sửa.")
    place, round_ = place_of(slip, nga), slip.rounds.get()
    more = {"place": place, "round": round_, "sha256": "", "user": nga.user, "at": timezone.now()}
    broken = [
        lambda: SlipOpinion.objects.create(choice="agree", **more),
        lambda: SlipPlace.objects.create(slip=slip, outgoing=slip.outgoing, group=1, post=nga),
        lambda: SlipPlace.objects.filter(pk=place.pk).update(state="waiting", since=None),
        lambda: Slip.objects.filter(pk=slip.pk).update(state="open"),
        lambda: slipped(office, [nga]) and Slip.objects.update(outgoing=slip.outgoing_id, state="open", ended_at=None),
    ]  # fmt: skip
    for act in broken:
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    from django.db import Error

    for act in (
        lambda: SlipOpinion.objects.update(text="Khác"),
        lambda: SlipOpinion.objects.all().delete(),
        lambda: SlipRound.objects.update(sha256=""),
    ):
        with pytest.raises(Error), transaction.atomic():
            act()


def test_three_slips_of_a_draft_stand_on_its_page(office, nga):
    draft = written(office)
    for number in "12":
        slip = slipped(office, [nga], paper=Outgoing.objects.get(pk=draft.pk), text=f"Phiếu {number}")
        acts.take_back_slip(slip_now(slip), reason="Nhầm", by=office.minh, at=timezone.now())
    slipped(office, [nga], paper=Outgoing.objects.get(pk=draft.pk), text="Phiếu 3")
    page = words(at_desk(office.minh).get(f"{draft.get_absolute_url()}?tab=work"))
    assert page.index("Phiếu 3") < page.index("Phiếu 2") < page.index("Phiếu 1")
    assert "Nhóm 1/1, đang chờ Vũ Nga" in page
    assert "Cho ý kiến phiếu trình" in words(at_desk(nga).get(draft.get_absolute_url()))
    for tab in ("info", "work"):
        url = f"{draft.get_absolute_url()}?tab={tab}"
        for who in (office.minh, nga):
            found = asked_of(at_desk(who), url)
            assert len(found) <= 12, "\n".join(found)


def test_who_makes_or_sends_a_slip_at_a_lent_inbox_does_not_speak_of_it_in_his_own(office, nga):
    today = timezone.localdate()
    Delegation.objects.create(post=office.minh, to=nga.user, valid_from=today, valid_to=today)
    at_minhs = at_minhs_of(nga, office)
    with pytest.raises(ValidationError, match="Vũ Nga là người lập hoặc gửi phiếu trình này"):
        slipped(office, [nga], by=at_minhs)
    draft = Outgoing.objects.get()
    slip = slipped(office, [office.hoa], paper=draft, by=at_minhs)
    assert slip.rounds.get().user == nga.user
    with pytest.raises(ValidationError, match="Vũ Nga là người lập"):
        acts.replace_in_slip(
            place_of(slip, office.hoa), post=nga, reason="Vắng", by=office.minh, at=timezone.now()
        )
    page = at_desk(nga)
    page.post(reverse("act_as"), {"post": office.minh.pk})
    assert nga.pk not in set(page.get(f"/phieu-trinh/{slip.pk}/thay-nguoi/").context["form"].fields["person"].queryset.values_list("pk", flat=True))  # fmt: skip


def test_who_sends_a_slip_again_at_a_lent_inbox_speaks_of_it_no_more(office, nga):
    slip, today = slipped(office, [nga], [office.dung]), timezone.localdate()
    edit(Outgoing.objects.get(), by=office.minh, at=timezone.now(), **fields(office, body="Khác."))
    Delegation.objects.create(post=office.minh, to=nga.user, valid_from=today, valid_to=today)
    deputy = at_desk(nga)
    deputy.post(reverse("act_as"), {"post": office.minh.pk})
    assert deputy.post(f"/phieu-trinh/{slip.pk}/trinh-lai/", {"note": "Đã sửa"}).status_code == 302
    own, url = at_desk(nga), f"/phieu-trinh/{slip.pk}/cho-y-kien/"
    assert not own.get(slip.get_absolute_url()).context["may_answer"]
    assert own.post(url, answer(slip)).status_code == 403 and not SlipOpinion.objects.exists()
    slip.refresh_from_db()
    assert not may(nga, "answer_slip", slip)


def at_minhs_of(post, office):
    return next(one for one in posts_of(post.user, timezone.localdate()) if one == office.minh)


def test_a_slip_of_one_who_has_left_is_conducted_by_those_above_who_do_not_see_the_draft(office, nga):
    draft = written(office, subject="Về việc định biên", body="rungthonglon")
    slip, head = slipped(office, [nga], paper=draft, text="chimvangxanh"), at_desk(office.dung)
    paths = ("", "thay-nguoi/", "thu-lai/")
    assert all(head.get(f"/phieu-trinh/{slip.pk}/{path}").status_code == 404 for path in paths)
    office.minh.valid_to = timezone.localdate()
    office.minh.save()
    for path in paths:
        page = head.get(f"/phieu-trinh/{slip.pk}/{path}")
        assert page.status_code == 200 and "Về việc định biên" in words(page), path
        assert "rungthonglon" not in words(page) and "chimvangxanh" not in words(page), path
    assert head.get(f"/phieu-trinh/{slip.pk}/in/").status_code == 404
    assert head.get(f"/phieu-trinh/{slip.pk}/trinh-lai/").status_code == 404
    assert head.get(draft.get_absolute_url()).status_code == 404
    for other in (office.hoa, office.thao, office.khach):
        assert at_desk(other).get(f"/phieu-trinh/{slip.pk}/thu-lai/").status_code == 404
    data = {"place": place_of(slip, nga).pk, "person": office.hoa.pk, "reason": "Vắng"}
    page = head.post(f"/phieu-trinh/{slip.pk}/thay-nguoi/", data, follow=True)
    assert page.status_code == 200 and "Đang chờ ý kiến: Lê Thu Hoa" in words(page)
    page = head.post(f"/phieu-trinh/{slip.pk}/thu-lai/", {"reason": "Đã nghỉ"}, follow=True)
    slip.refresh_from_db()
    assert page.status_code == 200 and slip.state == "taken_back"
