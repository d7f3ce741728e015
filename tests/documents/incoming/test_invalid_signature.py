"""A paper whose signature is invalid enters the book only with a reason, and bears the mark from then on."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from documents import blobs
from documents.actions.incoming.reception import hand_back, present, register
from documents.actions.requests import change, recall
from documents.actions.requests.answer import open_request
from documents.actions.work import assignments as work
from documents.arrival import NewFile
from documents.models import Event, Incoming
from tests.conftest import tiny_pdf
from tests.documents.desks import at_desk, kinds, words

WHY = "Đã đối chiếu bản giấy có dấu đỏ, nơi gửi hẹn ký lại."
MARK = "Chữ ký không hợp lệ"
REPORT = {"sentence": "Chữ ký số không hợp lệ."}


@pytest.fixture
def paper(office):
    return office.paper(signature_verdict="invalid", signature_report=REPORT)


def accepted(paper, office):
    register(paper, by=office.lan, at=timezone.now(), acceptance_reason=WHY)
    present(paper, to=office.dung, by=office.lan, at=timezone.now())
    return paper


@pytest.mark.parametrize("reason", ["", "   \n        ", "vẫn vào"])
def test_without_a_sentence_it_takes_no_number(office, paper, reason):
    lan, url = at_desk(office.lan), f"{paper.get_absolute_url()}vao-so/"
    said = {"leader": office.dung.pk, "acceptance_reason": reason}
    answer = lan.post(url, said)
    assert answer.status_code == 200 and "ít nhất 10 ký tự" in words(answer)
    assert "acceptance_reason" in answer.context["form"].errors
    with pytest.raises(ValidationError, match="không hợp lệ"):
        register(paper, by=office.lan, at=timezone.now(), acceptance_reason=reason)
    paper.refresh_from_db()
    assert (paper.state, paper.arrival_number, kinds(paper)) == ("awaiting_reception", None, ["receive"])


def test_refusal_is_the_main_act_on_both_pages(office, paper):
    lan = at_desk(office.lan)
    steps = lan.get(paper.get_absolute_url()).context["steps"]
    assert [(step["label"], step["main"]) for step in steps] == [("Từ chối", True), ("Vẫn vào sổ", False)]
    page = lan.get(f"{paper.get_absolute_url()}vao-so/").content.decode()
    refuse = f'<a class="btn btn-main" href="/van-ban-den/{paper.pk}/tu-choi/" autofocus>Từ chối</a>'
    assert page.count("btn-main") == 1 and refuse in page
    assert 'data-submit-hotkey="can-quyet-dinh"' in page and 'id="can-quyet-dinh"' in page
    other = office.paper(number="9", signature_verdict="unknown")
    page = lan.get(f"{other.get_absolute_url()}vao-so/").content.decode()
    assert "can-quyet-dinh" not in page and "Vào sổ và mở văn bản tiếp theo" in page
    assert lan.post(f"{other.get_absolute_url()}vao-so/", {}).status_code == 302


def test_the_reason_is_in_the_history_and_before_the_leader_and_the_officer(office, paper):
    url = paper.get_absolute_url()
    said = {"leader": office.dung.pk, "acceptance_reason": WHY}
    assert at_desk(office.lan).post(f"{url}vao-so/", said).status_code == 302
    event = Event.objects.get(document=paper, kind="register")
    assert (event.payload["acceptance_reason"], event.post) == (WHY, office.lan)
    assert WHY not in paper.reports.get(code="03").description  # it is for our own house
    dung = at_desk(office.dung)
    for page in ("/", url, f"{url}cho-y-kien/"):
        assert MARK in words(dung.get(page)) and WHY in words(dung.get(page)), page
    work.direct(paper, by=office.dung, at=timezone.now(), text="Tham mưu", lead=office.minh)
    minh = at_desk(office.minh)
    assert WHY in words(minh.get(url))
    assert "từ chối, báo nơi gửi" not in words(minh.get(url))  # as the clerk was told who decided otherwise
    flow = words(minh.get(f"{url}?tab=flow"))
    assert f"{MARK}, vẫn nhận với lý do: {WHY}" in flow and "Số đến 1" in flow
    assert not Event.objects.broken_links(office.home_affairs.pk)


def test_the_mark_is_on_every_list_for_everybody_who_sees_the_paper(office, paper):
    fine = office.paper(number="7", subject="Về việc khác", signature_verdict="valid")
    lan = at_desk(office.lan)
    waiting = ["/", "/van-ban-den/?box=reception", f"/van-ban-den/{fine.pk}/vao-so/", "/tim/?q=bao cao"]
    assert [words(lan.get(page)).count(MARK) for page in waiting] == [1] * 4
    accepted(paper, office)
    assert MARK in words(at_desk(office.thao).get("/tim/?q=bao cao"))
    assert MARK in words(at_desk(office.dung).get("/van-ban-den/?box=direction"))
    work.direct(paper, by=office.dung, at=timezone.now(), text="Tham mưu", lead=office.minh)
    minh = at_desk(office.minh)
    for page in ("/", "/cong-viec/?box=new", f"/van-ban-di/soan/?reply_to={paper.pk}"):
        assert MARK in words(minh.get(page)), page


def test_handed_back_and_presented_again_it_keeps_reason_and_mark(office, paper):
    accepted(paper, office)
    hand_back(paper, reason="Trình người khác", by=office.dung, at=timezone.now())
    present(paper, to=office.thao, by=office.lan, at=timezone.now())
    assert WHY in words(at_desk(office.thao).get("/"))


def test_while_the_sender_asks_it_back_that_is_answered_first(office, paper):
    recall.ask_back(paper, kind="recall", reason="Gửi nhầm", at=timezone.now())
    page = at_desk(office.lan).get(f"{paper.get_absolute_url()}vao-so/")
    assert "Trả lời yêu cầu của nơi gửi" in words(page) and "Vẫn vào sổ" not in words(page)


def test_it_turned_invalid_between_page_and_press(office):
    """The reason is asked for on the very page, and nothing that was chosen is lost."""
    paper = office.paper(signature_verdict="unknown")
    lan, url = at_desk(office.lan), f"{paper.get_absolute_url()}vao-so/"
    held = Incoming.objects.get(pk=paper.pk)
    Incoming.objects.filter(pk=paper.pk).update(signature_verdict="invalid", signature_report=REPORT)
    with pytest.raises(ValidationError, match="không hợp lệ"):
        register(held, by=office.lan, at=timezone.now())  # the paper as the page had it
    answer = lan.post(url, {"leader": office.dung.pk, "acceptance_reason": ""})
    page = answer.content.decode()
    assert 'name="acceptance_reason"' in page and f'value="{office.dung.pk}" selected' in page
    assert Incoming.objects.get(pk=paper.pk).arrival_number is None
    lan.post(url, {"leader": office.dung.pk, "acceptance_reason": WHY})
    assert Incoming.objects.get(pk=paper.pk).acceptance_reason == WHY


def test_a_reason_nobody_asked_for_is_not_kept(office):
    paper = office.paper(signature_verdict="valid")
    register(paper, by=office.lan, at=timezone.now(), acceptance_reason=WHY)
    paper.refresh_from_db()
    assert paper.acceptance_reason == ""
    assert "acceptance_reason" not in Event.objects.get(document=paper, kind="register").payload


def test_a_new_file_of_an_update_is_not_taken_without_a_reason_either(office):
    paper = office.paper(signature_verdict="valid")
    new = NewFile("thay.pdf", blobs.store(tiny_pdf() + b"\n% new"))
    line = {"name": "thay.pdf", "verdict": "invalid", "against": False} | REPORT
    asked = change.ask_to_change(paper, {}, reason="Thay tệp", at=timezone.now(), files=[new], checked=[line])
    lan, url = at_desk(office.lan), f"{paper.get_absolute_url()}tra-loi-cap-nhat/"
    assert f"{MARK} Tệp “thay.pdf”: {REPORT['sentence']}" in words(lan.get(url))
    stopped = lan.post(url, {"answer": "agree", "acceptance_reason": "được"})
    assert "ít nhất 10 ký tự" in words(stopped) and open_request(paper) == asked
    with pytest.raises(ValidationError, match="không hợp lệ"):
        change.change(paper, by=office.lan, at=timezone.now())
    assert paper.files.get(name="thay.pdf").stage == "proposed"
    lan.post(url, {"answer": "agree", "acceptance_reason": WHY})
    assert paper.files.get(name="thay.pdf").stage == "received"
    assert WHY in words(lan.get(f"{paper.get_absolute_url()}?tab=flow"))


def test_to_refuse_the_update_no_such_reason_is_asked(office):
    paper = office.paper(signature_verdict="valid")
    new = NewFile("thay.pdf", blobs.store(tiny_pdf() + b"\n% new"))
    line = {"name": "thay.pdf", "verdict": "invalid", "against": False} | REPORT
    change.ask_to_change(paper, {}, reason="Thay tệp", at=timezone.now(), files=[new], checked=[line])
    said = {"answer": "refuse", "reason": "Tệp mới có chữ ký sai"}
    assert at_desk(office.lan).post(f"{paper.get_absolute_url()}tra-loi-cap-nhat/", said).status_code == 302
    assert not paper.files.filter(name="thay.pdf").exists()
