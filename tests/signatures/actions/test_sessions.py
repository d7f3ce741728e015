"""Signing that waits for a confirmation on a telephone: asked once, put in once, and the paper untouched till then."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from documents import blobs
from documents.actions.outgoing import approval as papers
from documents.journey import NotAllowedNow
from documents.models import Blob
from signatures import actions as signing
from signatures.actions import finishing, sessions
from signatures.actions.collecting import collect_remote
from signatures.errors import ServiceDown, SigningError
from signatures.models import Signature, SigningSession
from signatures.providers.remote import RemoteKey
from signatures.tasks import collect_remote as collect_task
from tests.documents.outgoing_cases import brought, fields, kinds, sits_down
from tests.signatures.key_cases import at_service, seal_at_service


@pytest.fixture
def paper(office, keys, csc):
    at_service(csc, keys, office.thao)
    return brought(office, "format_checked", signer=office.thao)


@pytest.fixture
def thao(client, office):
    return sits_down(client, office.thao)


def press(client, paper):
    sha256 = paper.current_file().blob_id
    return client.post(reverse("outgoing_approve", args=[paper.pk]), {"sha256": sha256}, follow=True)


def begun(office, paper, at=None) -> SigningSession:
    at = at or timezone.now()
    return sessions.begin_signing(paper, by=office.thao, at=at, sha256=paper.current_file().blob_id)


def untouched(paper, events: list[str]) -> bool:
    paper.refresh_from_db()
    return (paper.state, kinds(paper), Signature.objects.count()) == ("format_checked", events, 0)


def test_a_press_asks_the_telephone_and_the_confirmation_signs(thao, paper, csc):
    before = kinds(paper)
    page = press(thao, paper)
    session = SigningSession.objects.get()
    assert page.redirect_chain[-1][0] == reverse("signing", args=[session.pk])
    assert "Đang chờ xác nhận trên điện thoại" in page.content.decode()
    assert page.context["code"] in page.content.decode() and page.context["code"] in csc.phone()
    collect_task()
    assert untouched(paper, before)
    waiting = thao.get(paper.get_absolute_url()).content.decode()
    assert "Đang chờ xác nhận ký" in waiting and reverse("signing", args=[session.pk]) in waiting
    csc.press()
    collect_task()
    assert "Đang chờ xác nhận ký" not in thao.get(paper.get_absolute_url()).content.decode()
    paper.refresh_from_db()
    assert (paper.state, kinds(paper)[-2:]) == ("signed", ["approve", "sign"])
    signed = blobs.read(paper.current_file().blob)
    verdict, report = signing.check(signed)
    assert (verdict, report["signatures"][0]["signer_name"]) == ("valid", "Vũ Phương Thảo")
    after = thao.get(reverse("signing", args=[session.pk])).content.decode()
    assert "Đã ký" in after and "http-equiv" not in after


def test_a_second_press_does_not_ask_twice(thao, paper, csc):
    first, second = press(thao, paper), press(thao, paper)
    assert first.redirect_chain[-1] == second.redirect_chain[-1]
    assert (len(csc.requests()), SigningSession.objects.count()) == (1, 1)
    opened = thao.get(reverse("outgoing_approve", args=[paper.pk]))
    assert opened.url == first.redirect_chain[-1][0]


def test_refused_on_the_telephone_and_asked_again(thao, paper, csc):
    before = kinds(paper)
    page = press(thao, paper)
    csc.press("refuse")
    collect_task()
    shown = thao.get(page.redirect_chain[-1][0]).content.decode()
    assert (
        "đã bị từ chối trên điện thoại" in shown
        and "không làm thay đổi văn bản" in shown
        and untouched(paper, before)
    )
    press(thao, paper)
    csc.press()
    collect_task()
    paper.refresh_from_db()
    assert paper.state == "signed"


def test_the_person_may_cancel_and_a_late_confirmation_changes_nothing(thao, paper, csc):
    before = kinds(paper)
    press(thao, paper)
    session = SigningSession.objects.get()
    page = thao.post(reverse("signing_cancel", args=[session.pk]), follow=True)
    assert "Đã hủy yêu cầu ký" in page.content.decode()
    csc.press()
    collect_task()
    assert untouched(paper, before)
    again = thao.post(reverse("signing_cancel", args=[session.pk]), follow=True)
    assert "đã bị hủy hoặc từ chối" in again.content.decode()


def test_a_service_that_is_down_at_the_press(thao, paper, csc):
    before = kinds(paper)
    csc.knobs(line="down")
    page = press(thao, paper)
    assert "Dịch vụ ký số từ xa không trả lời" in page.content.decode() and untouched(paper, before)
    csc.knobs()
    press(thao, paper)
    assert [one.state for one in SigningSession.objects.all()] == ["failed", "waiting"]


def test_a_service_that_is_down_while_one_waits(office, paper, csc):
    session = begun(office, paper)
    csc.press()
    csc.kill()
    collect_remote(at=timezone.now())
    session.refresh_from_db()
    assert session.state == "waiting"
    csc.start()
    collect_remote(at=timezone.now())
    session.refresh_from_db()
    assert session.state == "signed" and csc.requests()[0]["signings"] == 1


def test_an_answer_that_is_no_signature(office, paper, csc):
    before = kinds(paper)
    session = begun(office, paper)
    csc.knobs(answer="wrong")
    csc.press()
    collect_remote(at=timezone.now())
    session.refresh_from_db()
    assert session.state == "failed" and "không khớp" in session.reason and untouched(paper, before)


def test_nobody_answers_in_time(thao, paper, csc, settings):
    before = kinds(paper)
    settings.REMOTE_SIGNING_SECONDS = 60
    page = press(thao, paper)
    assert sessions.expire(at=timezone.now() + timedelta(seconds=30)) == 0
    assert sessions.expire(at=timezone.now() + timedelta(seconds=61)) == 1
    assert "Hết thời gian chờ" in thao.get(page.redirect_chain[-1][0]).content.decode()
    assert untouched(paper, before)


def test_a_paper_sent_back_meanwhile_is_not_signed(office, paper, csc):
    session = begun(office, paper)
    csc.press()
    papers.send_back(paper, by=office.thao, at=timezone.now(), reason="Bổ sung số liệu quý IV.")
    before = kinds(paper)
    collect_remote(at=timezone.now())
    session.refresh_from_db()
    paper.refresh_from_db()
    assert (session.state, paper.state) == ("failed", "returned") and session.reason
    assert (kinds(paper), Signature.objects.count()) == (before, 0)


def test_an_older_version_is_not_signed_in_place_of_the_new_one(office, paper, csc):
    session = begun(office, paper)
    csc.press()
    papers.send_back(paper, by=office.thao, at=timezone.now(), reason="Bổ sung số liệu quý IV.")
    papers.edit(
        paper, by=office.minh, at=timezone.now(), **fields(office, signer=office.thao, body="Nội dung mới.")
    )
    brought(office, "format_checked", paper)
    signature = _answer_of(session)
    with pytest.raises(ValidationError, match="đã thay đổi"):
        finishing.finish(session, signature, at=timezone.now())
    paper.refresh_from_db()
    session.refresh_from_db()
    assert (session.state, paper.state, Signature.objects.count()) == ("failed", "format_checked", 0)
    assert begun(office, paper).pk != session.pk


def test_the_answer_is_put_in_once(office, paper, csc):
    session = begun(office, paper)
    csc.press()
    signature = _answer_of(session)
    finishing.finish(session, signature, at=timezone.now())
    with pytest.raises(NotAllowedNow, match="đã được ký"):
        finishing.finish(session, signature, at=timezone.now())
    assert Signature.objects.count() == 1


def test_a_process_that_dies_in_the_middle_loses_nothing(office, paper, csc, monkeypatch):
    session = begun(office, paper)
    csc.press()

    def die(*_):
        raise SystemExit

    now = timezone.now()
    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(finishing, "_completed", die)
        collect_remote(at=now)
    session.refresh_from_db()
    assert session.state == "finishing" and untouched(paper, kinds(paper))
    csc.kill()  # the answer is ours already
    finishing.revive(at=now + timedelta(seconds=30))
    session.refresh_from_db()
    assert session.state == "finishing"
    finishing.revive(at=now + timedelta(seconds=100))
    session.refresh_from_db()
    paper.refresh_from_db()
    assert (session.state, paper.state, Signature.objects.count()) == ("signed", "signed", 1)


def test_whoever_died_before_asking_is_asked_for(office, paper, csc):
    now = timezone.now()
    session = begun(office, paper, now)
    SigningSession.objects.update(remote_ref="")
    collect_remote(at=now + timedelta(seconds=30))
    session.refresh_from_db()
    assert session.remote_ref == ""  # it may be about to be asked, with others of its batch
    collect_remote(at=now + timedelta(seconds=61))
    session.refresh_from_db()
    assert session.remote_ref and len(csc.requests()) == 1


def test_no_time_stamp_at_the_end_waits_or_degrades_as_the_office_says(office, paper, csc, pki, settings):
    settings.SIGNATURE_LEVEL, settings.TSA_URL = "B-T", pki.tsa
    session = begun(office, paper)
    csc.press()
    with pki.broken(tsa="down"):
        collect_remote(at=timezone.now())
        session.refresh_from_db()
        assert session.state == "waiting" and "dấu thời gian" in session.reason
        with pytest.raises(ServiceDown):
            finishing.finish(session, _answer_of(session), at=timezone.now())
        settings.TIMESTAMP_DOWN = "degrade"
        collect_remote(at=timezone.now())
    signature = Signature.objects.get()
    assert (signature.level, signature.asked_level) == ("B-B", "B-T")


def test_the_prepared_bytes_go_when_the_session_is_over(
    office, paper, csc, django_capture_on_commit_callbacks
):
    session = begun(office, paper)
    prepared = session.prepared
    assert blobs.path_of(prepared).exists()
    with django_capture_on_commit_callbacks(execute=True):
        sessions.cancel(session, by=office.thao, at=timezone.now())
    assert not Blob.objects.filter(pk=prepared.pk).exists() and not blobs.path_of(prepared).exists()


def test_another_leader_does_not_see_it(office, paper, csc, client):
    session = begun(office, paper)
    assert sits_down(client, office.dung).get(reverse("signing", args=[session.pk])).status_code == 404


def test_the_seal_waits_for_its_confirmation_and_the_next_press_issues(client, office, keys, csc):
    seal_at_service(csc, keys, office.home_affairs)
    paper = brought(office, "signed")
    lan = sits_down(client, office.lan)
    page = lan.post(reverse("outgoing_number", args=[paper.pk]), follow=True)
    paper.refresh_from_db()
    assert (paper.state, paper.code) == (
        "numbered",
        "01/SNV-TCBC",
    ) and "Đang chờ xác nhận" in page.content.decode()
    csc.press()
    collect_task()
    page = lan.get(page.redirect_chain[-1][0])
    assert [step["label"] for step in page.context["steps"]] == ["Phát hành", "Hủy số đã cấp"]
    lan.post(page.context["steps"][0]["url"])
    paper.refresh_from_db()
    assert (paper.state, paper.code, kinds(paper).count("number")) == ("issued", "01/SNV-TCBC", 1)
    verdict, report = signing.check(blobs.read(paper.current_file().blob))
    assert (verdict, len(report["signatures"])) == ("valid", 2)


def test_no_number_is_taken_while_the_service_of_the_seal_is_away(client, office, keys, csc):
    seal_at_service(csc, keys, office.home_affairs)
    paper = brought(office, "signed")
    csc.knobs(line="down")
    page = sits_down(client, office.lan).post(reverse("outgoing_number", args=[paper.pk]), follow=True)
    paper.refresh_from_db()
    assert "không trả lời" in page.content.decode() and (paper.state, paper.number) == ("signed", "")


def test_a_key_that_answers_later_is_not_used_at_once(office, paper):
    with pytest.raises(SigningError, match="trang văn bản"):
        signing.sign(paper, by=office.thao, at=timezone.now(), sha256=paper.current_file().blob_id)


def _answer_of(session) -> bytes:
    (signature,) = RemoteKey(session.certificate).collect(session.remote_ref, [bytes(session.attributes)])
    return signature
