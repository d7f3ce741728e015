"""What a hostile or careless browser sends: mangled addresses, forged fields, bodies nobody asked for."""

import time

import pytest
from django.urls import reverse

from documents.arrival import NewFile
from documents.forms.widgets import keep
from documents.layout.body import body_html
from documents.models import Document, File
from documents.pdf import PdfError
from tests.conftest import tiny_pdf
from tests.documents.desks import at_desk, directed, outgoing, presented, stored

HUGE = "9" * 5000  # longer than Python agrees to read as a number


@pytest.mark.parametrize(
    "path",
    [
        f"/theo-doi/?class=open&person={HUGE}",
        f"/theo-doi/?class=open&unit={HUGE}",
        f"/theo-doi/?class=open&person={'9' * 30}",
        "/theo-doi/?class=open&person=\u0661&from=\x00",
        f"/van-ban-den/?box=all&older=2026-01-01T00:00:00%2B07:00&older={HUGE}",
        f"/van-ban-den/?box=all&older=2026-01-01T00:00:00%2B07:00&older={'9' * 30}",
        "/van-ban-den/?box=all&newer=9999-12-31T23:59:59-14:00&newer=1",
        "/van-ban-den/?box=all&older=0001-01-01T00:00:00%2B14:00&older=1",
        "/van-ban-den/?box=all&q=%00a%00/b%00&from=%00&to=0000-00-00",
        "/cong-viec/?box=new&older=2026-13-45&older=x",
        f"/cong-viec/?box=new&older=2026-01-01&older={'9' * 30}",
        "/tim/?q=%00&direction=%00&kind=%00&urgency=%00",
        "/tim/?q=%25%5C_'%22",
        "/to-chuc/?q=%00&nhom=%00",
        "/to-chuc/tim/?q=%00x",
        f"/to-chuc/?older=1&older=x&older={'9' * 18}",
        f"/van-ban-di/soan/?reply_to={'9' * 18}",
        f"/van-ban-den/{HUGE}/",
        f"/tep/{'9' * 30}/",
        f"/tep/1/trang/{'9' * 30}/",
        "/van-ban-di/xem-truoc/%00%0d%0a/1/",
    ],
)
def test_a_mangled_address_is_no_fault_of_ours(office, path):
    for post in (office.lan, office.dung):
        assert at_desk(post).get(path).status_code in (200, 404)


JUNK = ["\x00", "9" * 30, HUGE, "é", "-1", "[]", " "]


@pytest.mark.parametrize("junk", JUNK)
def test_mangled_fields_are_answered_with_a_form(office, junk):
    paper = directed(office)
    draft = outgoing(office, state="draft")
    task = paper.assignments.get()
    presses = [
        (office.minh, reverse("assignment_finish", args=[task.pk]), ["reply", "result"]),
        (office.minh, reverse("assignment_give_back", args=[task.pk]), ["reason"]),
        (office.minh, reverse("outgoing_edit", args=[draft.pk]), ["kind", "signer", "recipients", "drop", "due_on", "urgency", "kept_attachment", "subject"]),
        (office.minh, reverse("recipients", args=[draft.pk]), ["add", "remove", "add_group"]),
        (office.lan, reverse("register_paper"), ["kind", "leader", "issued_on", "kept_file", "kept_attachment", "pages", "number"]),
        (office.lan, reverse("incoming_register", args=[office.paper().pk]), ["leader", "due_on"]),
        (office.lan, reverse("incoming_share", args=[paper.pk]), ["to"]),
        (office.dung, reverse("delegations"), ["post", "to", "valid_from", "valid_to", "reason"]),
        (office.dung, reverse("delegations"), ["kinds", "away"]),
        (office.dung, reverse("assistants"), ["post", "told"]),
        (office.dung, reverse("incoming_direct", args=[presented(office).pk]), ["prepared", "lead", "text"]),
        (office.quantri, reverse("import_orgs"), ["data", "digest", "decision"]),
        (office.quantri, reverse("user_add"), ["username", "full_name", "role", "unit", "on"]),
        (office.quantri, f"{reverse('user_add')}?co-quan=9", ["username"]),
    ]  # fmt: skip
    for post, url, names in presses:
        answer = at_desk(post).post(url, dict.fromkeys(names, junk))
        assert answer.status_code < 500, url


def test_a_line_of_dots_to_fill_in_costs_nothing():
    began = time.process_time()
    assert body_html("Họ và tên: " + "." * 60_000 + " (ký)").endswith("(ký)./.</p>")
    assert time.process_time() - began < 2


@pytest.mark.parametrize("end", ["", ".", "./.", " ./. ", "..", "./. .", ". ./."])
def test_a_body_ends_with_its_mark_once_whatever_was_typed(end):
    assert body_html(f"Để tổng hợp{end}") == '<p class="last ">Để tổng hợp./.</p>'


def test_a_kept_upload_is_worth_nothing_in_another_place(office):
    """A scan is no attachment, and a mark that was denied for a paper from outside speaks for no paper of ours."""
    clerk = at_desk(office.lan)
    user, blob = office.lan.user, stored(tiny_pdf())
    scan = keep(NewFile("quet.pdf", blob, File.Part.MAIN, 1), user)
    marked = keep(NewFile("kem.pdf", blob, File.Part.ATTACHMENT, 1), user, "MẬT")
    paper = {
        "kind": "CV", "issued_on": "2026-01-05", "issuer_name": "Bộ Nội vụ", "subject": "Về việc số liệu",
        "urgency": 0, "not_secret": "on",
    }  # fmt: skip
    answer = clerk.post(reverse("register_paper"), paper | {"kept_file": scan, "kept_attachment": scan})
    assert answer.status_code == 200 and "attachments" in answer.context["form"].errors
    answer = clerk.post(reverse("register_paper"), paper | {"kept_file": marked})
    assert answer.status_code == 200 and "file" in answer.context["form"].errors
    draft = paper | {"signer": office.dung.pk, "body": "Nội dung.", "recipients": office.justice.pk}
    for token in (scan, marked):
        answer = clerk.post(reverse("draft"), draft | {"kept_attachment": token})
        assert answer.status_code == 422 and "attachments" in answer.context["form"].errors
    assert not Document.objects.exists()


def test_a_page_that_cannot_be_drawn_is_not_tried_at_every_look(office, monkeypatch):
    file = office.paper().files.get()
    tries = []

    def too_heavy(*_):
        tries.append(1)
        raise PdfError("quá nặng")

    monkeypatch.setattr("documents.views.shared.files.page_image", too_heavy)
    for _ in range(3):
        assert at_desk(office.lan).get(f"/tep/{file.pk}/trang/1/").status_code == 404
    assert len(tries) == 1


def test_a_paper_may_go_to_a_thousand_places(office):
    many = {"recipients": [str(10**6 + n) for n in range(1200)], "preview": "part"}
    assert at_desk(office.minh).post(reverse("draft"), many).status_code == 200
