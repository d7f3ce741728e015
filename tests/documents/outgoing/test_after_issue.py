"""After the issue: what was signed is never changed; a letter puts its form right, a paper of equal form its content."""

from importlib import import_module

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.actions.delivery.hand_over import hand_over, parcel_of
from documents.actions.outgoing import approval as papers
from documents.actions.outgoing.revoke import revoke
from documents.journey import NotAllowedNow
from documents.models import Correction, Event, File, Incoming, Outgoing, RegisterBook, SlipPlace
from documents.views.lists.search import _visible
from interop.edxml import BusinessType
from interop.outbound.packing import edoc_of
from orgs.models import Post, Role
from progress.actions.telling import _marked
from signatures.public import code_for
from tests.documents.desks import at_desk, directed, outgoing, stored, words
from tests.documents.outgoing.slipping import slipped
from tests.documents.outgoing_cases import brought, fields, form_data, text_of
from tests.documents.work.asking import consulted


def issued(office, **changes) -> Outgoing:
    """An issued paper as a row, with its number."""
    at = timezone.now()
    given = {"number": "05", "notation": "QĐ-SNV", "kind": "QĐ", "subject": "Về việc cử cán bộ"} | changes
    given |= {
        "document_uid": f"{office.home_affairs.code},{at:%Y/%m/%d},{given['number']}/{given['notation']}"
    }
    office_named = {"issuer": office.home_affairs, "issuer_name": office.home_affairs.name}
    paper = outgoing(
        office, state="issued", issued_at=at, issued_on=timezone.localdate(at), **office_named, **given
    )
    paper.recipients.set([office.justice])
    File.objects.create(
        document=paper, blob=stored(), name="van-ban.pdf", part="main", stage="sealed", pages=1, created_at=at
    )
    return paper


def correcting(office, old, how="rectifies", **changes) -> Outgoing:
    new = issued(
        office, **{"number": "16", "notation": "SNV-TCBC", "kind": "CV", "subject": "Đính chính"} | changes
    )
    Correction.objects.create(paper=new, of=old, kind=how)
    return new


def test_a_letter_of_correction_is_drafted_from_the_issued_paper_and_said_on_both_once_it_is_issued(
    office, client, keys
):
    old = brought(office, "issued")
    before = old.current_file().blob_id
    minh = at_desk(office.minh)
    assert "Soạn công văn đính chính" in words(minh.get(old.get_absolute_url()))
    here = f"/van-ban-di/soan/?rectifies={old.pk}"
    page = words(minh.get(here))
    assert "Dự thảo công văn đính chính" in page and f"đính chính Công văn số {old.code}" in page
    assert "Do sơ suất về thể thức, kỹ thuật trình bày" in page
    minh.post(here, form_data(office, subject="Về việc đính chính", body="Nay đính chính ngày ký."))
    new = Outgoing.objects.get(subject="Về việc đính chính")
    assert "Đính chính công văn" in words(minh.get(f"/van-ban-di/{new.pk}/sua/"))
    code = code_for(old, timezone.now())
    assert "được đính chính" not in words(client.get(f"/kt/{code}/"))  # a draft corrects nothing yet
    assert "Được đính chính" not in words(minh.get(old.get_absolute_url()))
    new = brought(office, "issued", new)
    assert Event.objects.get(document=old, kind="rectified").payload == {"by": new.code}
    page = words(minh.get(old.get_absolute_url()))
    assert "Văn bản này đã được đính chính" in page and f"Được đính chính bởi Công văn {new.code}" in page
    assert f"Đính chính Công văn {old.code}" in words(minh.get(new.get_absolute_url()))
    assert f"được đính chính bởi văn bản {new.code}" in words(client.get(f"/kt/{code}/"))
    assert f"Bởi văn bản {new.code}" in words(minh.get(f"{old.get_absolute_url()}?tab=flow"))
    old.refresh_from_db()
    assert (old.state, old.current_file().blob_id) == ("issued", before)  # nothing issued is ever edited
    assert "đính chính" in text_of(new)


def test_the_list_says_which_papers_were_mended(office):
    rectified, amended, replaced = (issued(office, number=f"0{n}", subject=f"Văn bản {n}") for n in (1, 2, 3))
    correcting(office, rectified)
    correcting(office, amended, "amends", number="17", kind="QĐ")
    issued(office, number="18", subject="Mới").replaces.add(replaced)
    taken_back = correcting(office, issued(office, number="04", subject="Văn bản 4"), number="19")
    revoke(taken_back, by=office.lan, at=timezone.now(), reason="Theo công văn số 1 của Sở")
    page = words(at_desk(office.lan).get("/van-ban-di/?box=issued"))
    for said in ("Văn bản 1 Được đính chính", "Văn bản 2 Được sửa đổi, bổ sung", "Văn bản 3 Bị thay thế"):
        assert said in page
    assert "Văn bản 4 Được" not in page  # what mended it was taken back


def test_a_mended_line_costs_the_list_nothing(office):
    asked = []
    client = at_desk(office.lan)
    client.get("/van-ban-di/?box=issued")
    for number in ("1", "2", "3"):
        correcting(office, issued(office, number=number), number=f"2{number}")
        if number != "2":
            with CaptureQueriesContext(connection) as queries:
                client.get("/van-ban-di/?box=issued&q=")
            asked.append(len(queries))
    assert asked[0] == asked[1] <= 10


@pytest.mark.parametrize("how", ["replaces", "amends"])
def test_a_decision_is_mended_by_a_decision_only(office, how):
    old = issued(office)
    with pytest.raises(
        ValidationError, match="hình thức tương đương: quyết định, không phải công văn"
    ) as refused:
        papers.draft(by=office.minh, at=timezone.now(), **{how: old}, **fields(office, kind="CV"))
    assert "khoản 3 Điều 18" in str(refused.value)
    draft = papers.draft(by=office.minh, at=timezone.now(), **{how: old}, **fields(office, kind="QĐ"))
    here = f"/van-ban-di/{draft.pk}/sua/"
    page = at_desk(office.minh).post(here, form_data(office, kind="CV", addressees=""))
    assert page.status_code == 422 and "hình thức tương đương" in words(page)
    draft.refresh_from_db()
    assert draft.kind == "QĐ"


def test_a_fault_of_form_is_put_right_by_a_letter_only(office):
    old = issued(office)
    page = at_desk(office.minh).post(f"/van-ban-di/soan/?rectifies={old.pk}", form_data(office, kind="QĐ"))
    assert page.status_code == 422 and "đính chính bằng công văn" in words(page)
    assert not Correction.objects.exists()


def test_an_amendment_is_written_with_the_older_paper_named(office):
    old = issued(office)
    page = words(at_desk(office.minh).get(f"/van-ban-di/soan/?amends={old.pk}"))
    assert (
        "Dự thảo văn bản sửa đổi, bổ sung" in page
        and "Điều 1. Sửa đổi, bổ sung một số nội dung của Quyết định" in page
    )


def test_what_was_replaced_is_not_mended_any_more(office):
    old, new = issued(office), issued(office, number="16")
    new.replaces.add(old)
    for how, kind in (("rectifies", "CV"), ("amends", "QĐ"), ("replaces", "QĐ")):
        with pytest.raises(ValidationError, match="đã bị thay thế bởi quyết định 16/QĐ-SNV"):
            papers.draft(by=office.minh, at=timezone.now(), **{how: old}, **fields(office, kind=kind))


def test_a_stranger_mends_nothing(office):
    old = issued(office)
    for how in ("rectifies", "amends", "replaces"):
        here = f"/van-ban-di/soan/?{how}={old.pk}"
        client = at_desk(office.khach)
        assert client.get(here).status_code == client.post(here, form_data(office)).status_code == 404
    revoke(old, by=office.lan, at=timezone.now(), reason="Theo công văn số 1 của Sở")
    assert at_desk(office.minh).get(f"/van-ban-di/soan/?rectifies={old.pk}").status_code == 404


@pytest.mark.parametrize("first", ["old", "new"])
def test_the_desk_that_got_both_sees_what_was_put_right(office, first):
    old = issued(office)
    ways = {"old": papers.deliveries_to([office.justice], old, at=timezone.now())[0]}
    new = correcting(office, old)
    ways["new"] = papers.deliveries_to([office.justice], new, at=timezone.now())[0]
    for name in (first, "new" if first == "old" else "old"):
        hand_over(ways[name].pk, parcel_of(ways[name].outgoing), at=timezone.now())
    theirs = {paper.number: paper for paper in Incoming.objects.filter(organisation=office.justice)}
    assert Correction.objects.get(paper=theirs["16"]).of_id == theirs["05"].pk
    assert Event.objects.filter(document=theirs["05"], kind="rectified").count() == 1
    client = at_desk(office.khach)
    assert "Được đính chính bởi Công văn 16/SNV-TCBC" in words(client.get(theirs["05"].get_absolute_url()))
    assert "Được đính chính" in words(client.get("/van-ban-den/?box=reception"))


def test_the_package_of_a_correction_is_a_new_paper_that_names_what_it_corrects(office):
    message = edoc_of(correcting(office, issued(office)), ["G09"], files=False)
    assert message.business_type == BusinessType.NEW
    assert message.business_reason == "Đính chính văn bản 05/QĐ-SNV"


def replacing(office, old, **changes) -> Outgoing:
    given = fields(office, **{"kind": "QĐ", "subject": "Về việc cử cán bộ"} | changes)
    return papers.draft(by=office.minh, at=timezone.now(), replaces=old, **given)


def test_a_draft_is_not_handed_in_once_what_it_mends_was_taken_back_or_replaced(office, keys):
    old, other = issued(office), issued(office, number="06")
    late, of_other = replacing(office, old), replacing(office, other)
    revoke(other, by=office.lan, at=timezone.now(), reason="Theo công văn số 1 của Sở")
    with pytest.raises(ValidationError, match="chưa thu hồi"):
        papers.submit(of_other, by=office.minh, at=timezone.now())
    first = brought(office, "numbered", replacing(office, old))
    with pytest.raises(ValidationError, match=f"đã bị thay thế bởi quyết định {first.code}"):
        papers.submit(late, by=office.minh, at=timezone.now())


def test_of_two_signed_papers_that_replace_one_the_second_gets_no_number(office, keys):
    old = issued(office)
    first, second = (brought(office, "signed", replacing(office, old)) for _ in range(2))
    papers.number(first, by=office.lan, at=timezone.now())
    with pytest.raises(NotAllowedNow):
        papers.number(Outgoing.objects.get(pk=first.pk), by=office.lan, at=timezone.now())
    with pytest.raises(ValidationError, match="đã bị thay thế"):
        papers.number(second, by=office.lan, at=timezone.now())
    second.refresh_from_db()
    assert (second.state, second.number_value) == ("signed", None)
    assert RegisterBook.objects.get(pk=first.book_id).last_number == first.number_value


@pytest.mark.parametrize("how", ["replaces", "rectifies", "amends"])
def test_what_mends_an_answer_to_a_marked_paper_is_hidden_as_the_answer_is(office, how):
    """Also what mends that in its turn; and none of them is a second answer."""
    thuy = office.post("thuy", "Lý Thanh Thủy", office.home_affairs, Role.ASSISTANT, "Thư ký")
    asked, now = directed(office), timezone.now()
    answer = issued(office, in_reply_to=asked)
    kind = "CV" if how == "rectifies" else "QĐ"
    mend = papers.draft(by=office.minh, at=now, **{how: answer}, **fields(office, kind=kind))
    assert mend.in_reply_to is None and mend.deadline is None
    Outgoing.objects.filter(pk=mend.pk).update(state="issued")
    mend.refresh_from_db()
    again = papers.draft(by=office.minh, at=now, amends=mend, **fields(office, kind=kind))
    slipped(office, [thuy], paper=again)
    client = at_desk(thuy)
    assert [client.get(one.get_absolute_url()).status_code for one in (mend, again)] == [200, 200]
    Incoming.objects.filter(pk=asked.pk).update(secrecy_marks="MẬT", secrecy_cleared_by=office.lan)
    cache.clear()  # changed past the acts
    assert [client.get(one.get_absolute_url()).status_code for one in (mend, again)] == [404, 404]
    assert client.get("/van-ban-di/?box=all").context["shown"] == "0 văn bản"
    # The search asks the common half of both kinds: of every post it lets through what the rule of each kind does.
    for post in Post.objects.filter(organisation=office.home_affairs):
        seen = {one.pk for kind in (Incoming, Outgoing) for one in kind.objects.visible_to(post)}
        assert set(_visible(post, "").values_list("pk", flat=True)) == seen
    assert not _visible(thuy, "").exists()
    assert at_desk(office.minh).get(again.get_absolute_url()).status_code == 200
    assert SlipPlace.objects.filter(post=thuy).exists() and not SlipPlace.objects.of(thuy).exists()
    again.refresh_from_db()
    with pytest.raises(ValidationError, match="không được xem dự thảo trả lời"):
        consulted(office, paper=again, asked=[thuy])
    assert _marked(list(again.events.all())) == {again.pk}


def test_what_was_drafted_before_names_the_paper_that_was_answered_too(office):
    asked = directed(office)
    first = issued(office, in_reply_to=asked)
    second, third = correcting(office, first), issued(office, number="17")
    third.replaces.add(second)
    import_module("documents.migrations.0049_mended_answers").fill(None, connection.schema_editor())
    found = Outgoing.objects.filter(mends_answer_to=asked).order_by("pk")
    assert list(found) == [second, third]
