"""Writing: what is typed is kept, what may not be written or sent is refused, the page is shown first."""

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from documents.actions.incoming import reception as gate
from documents.actions.work import assignments
from documents.layout import Letterhead, Page, SignatureBlock, render
from documents.models import Blob, Outgoing
from orgs.models import Organisation
from tests.conftest import tiny_pdf
from tests.documents.desks import at_desk, directed
from tests.documents.outgoing_cases import brought, form_data, sits_down, written


@pytest.fixture
def minh(client, office):
    return sits_down(client, office.minh)


def test_a_saved_draft_is_the_authors_alone(minh, office, client):
    answer = minh.post("/van-ban-di/soan/", form_data(office))
    paper = Outgoing.objects.get()
    assert answer.url == reverse("outgoing_edit", args=[paper.pk])
    assert (paper.state, paper.drafter, paper.holder) == ("draft", office.minh, office.minh)
    assert list(paper.recipients.all()) == [office.justice]
    assert [event.kind for event in paper.events.all()] == ["draft"]
    for stranger in (office.hoa, office.lan, office.dung, office.khach):
        assert sits_down(client, stranger).get(paper.get_absolute_url()).status_code == 404


def test_without_the_statement_nothing_is_saved_and_everything_typed_comes_back(minh, office):
    data = form_data(office) | {"body": "Câu đang viết dở", "due_on": "32/13/2026"}
    del data["not_secret"]
    answer = minh.post("/van-ban-di/soan/", data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Câu đang viết dở" in page and "32/13/2026" in page and "Sở Tư pháp" in page
    assert answer.context["form"].errors.keys() == {"not_secret", "due_on"}
    assert not Outgoing.objects.exists()


@pytest.mark.parametrize("name", ["body", "bases", "addressees", "other_recipients"])
@pytest.mark.parametrize("mark", ["MẬT", "Tối mật".upper(), "  TUYỆT MẬT  "])
def test_a_secrecy_label_on_a_line_of_its_own_is_refused(minh, office, name, mark):
    answer = minh.post("/van-ban-di/soan/", form_data(office) | {name: f"{mark}\nNội dung"})
    assert name in answer.context["form"].errors
    assert not Outgoing.objects.exists()


def test_words_about_secrecy_are_not_a_label(minh, office):
    body = "1. Công tác bảo vệ bí mật nhà nước;\n2. Rà soát độ mật của tài liệu."
    assert minh.post("/van-ban-di/soan/", form_data(office) | {"body": body}).status_code == 302


def test_only_open_gates_of_others_can_be_written_to(minh, office):
    closed = office.org("H26.9", "Sở Thông tin", 2, valid_to=timezone.localdate())
    room = office.org("H26.3.1", "Chi cục Dân số", 3, parent=office.justice, gate=False)
    data = form_data(office) | {"recipients": [closed.pk, room.pk, office.home_affairs.pk, office.justice.pk]}
    errors = minh.post("/van-ban-di/soan/", data).context["form"].errors["recipients"]
    assert len(errors) == 3
    for words in (
        "Sở Thông tin đã đóng",
        "Chi cục Dân số, Sở Tư pháp không có văn thư",
        "chính cơ quan mình",
    ):
        assert any(words in error for error in errors)
    assert not Outgoing.objects.exists()


def test_an_unknown_recipient_is_an_error_of_the_field(minh, office):
    for value in ("999999", "x", "9" * 30):
        answer = minh.post("/van-ban-di/soan/", form_data(office) | {"recipients": [value]})
        assert answer.status_code == 422 and "recipients" in answer.context["form"].errors


def test_addressees_of_a_letter_follow_the_recipients(minh, office):
    data = form_data(office) | {"addressees": "", "recipients": [office.justice.pk, office.ministry.pk]}
    minh.post("/van-ban-di/soan/", data)
    assert Outgoing.objects.get().addressees == "Bộ Nội vụ\nSở Tư pháp"


def test_the_preview_shows_the_page_and_saves_nothing(minh, office, client):
    answer = minh.post("/van-ban-di/soan/", form_data(office) | {"preview": "1", "subject": ""})
    assert answer.status_code == 200 and not answer.context["form"].errors
    url = answer.context["pages"][0]["url"]
    picture = minh.get(url)
    assert picture["Content-Type"] == "image/png" and picture.content.startswith(b"\x89PNG")
    assert minh.get(url.replace("/1/", "/2/")).status_code == 404
    assert not Outgoing.objects.exists()
    assert sits_down(client, office.hoa).get(url).status_code == 404


def test_the_live_part_is_the_page_alone(minh, office):
    page = minh.post("/van-ban-di/soan/", form_data(office) | {"preview": "part"}).content.decode()
    assert "<img" in page and "<form" not in page and "<html" not in page


def test_a_group_adds_to_the_typed_recipients(minh, office):
    data = form_data(office) | {
        "recipients": [office.ministry.pk],
        "add_group": "1",
        "add_group_choice": "so-ban-nganh",
    }
    answer = minh.post("/van-ban-di/soan/", data | {"body": "đang viết"})
    assert [item["label"] for item in answer.context["chosen"]] == [
        "Bộ Nội vụ",
        "Sở Tư pháp",
    ]  # never one's own
    assert "đang viết" in answer.content.decode() and not Outgoing.objects.exists()
    blank = data | {"addressees": ""}
    with_group = minh.post("/van-ban-di/soan/", blank).context["pages"]
    without = minh.post("/van-ban-di/soan/", blank | {"add_group_choice": ""}).context["pages"]
    assert with_group[0]["url"] != without[0]["url"], "the page beside the form names them too"


def test_a_long_subject_is_kept_with_a_warning(minh, office):
    answer = minh.post("/van-ban-di/soan/", form_data(office) | {"subject": "rất dài " * 80}, follow=True)
    assert "dài hơn 500 ký tự" in answer.content.decode()
    assert Outgoing.objects.get().subject.startswith("rất dài")


def test_saving_and_submitting_is_one_press(minh, office):
    minh.post("/van-ban-di/soan/", form_data(office) | {"submit": "1"})
    assert Outgoing.objects.get().state == "in_review"


def test_what_keeps_a_draft_from_submission_leaves_it_saved(minh, office):
    answer = minh.post("/van-ban-di/soan/", form_data(office) | {"submit": "1", "body": ""}, follow=True)
    assert Outgoing.objects.get().state == "draft"
    assert "Dự thảo chưa có nội dung" in answer.content.decode()


def test_who_may_not_write(client, office):
    assert sits_down(client, office.quantri).get("/van-ban-di/soan/").status_code == 403
    paper = written(office)
    for post in (office.hoa, office.khach):
        assert sits_down(client, post).get(reverse("outgoing_edit", args=[paper.pk])).status_code == 404


def test_a_submitted_draft_is_no_longer_edited(minh, office):
    paper = brought(office, "in_review")
    answer = minh.post(
        reverse("outgoing_edit", args=[paper.pk]), form_data(office, subject="khác"), follow=True
    )
    assert "Chờ kiểm tra nội dung" in answer.content.decode()
    paper.refresh_from_db()
    assert paper.subject == "Về việc báo cáo công tác cán bộ"


def given_to_minh(office, **about):
    paper = office.paper(issued_on=dt.date(2026, 2, 5), **about)
    gate.register(paper, by=office.lan, at=timezone.now())
    assignments.direct(paper, by=office.dung, at=timezone.now(), text="Trả lời", lead=office.minh)
    return paper


def test_an_answer_opens_with_everything_known(minh, office):
    asked = given_to_minh(office, urgency=2)
    page = minh.get(f"/van-ban-di/soan/?reply_to={asked.pk}")
    first = page.context["form"].initial
    assert (
        first["subject"]
        == "Về việc phúc đáp Công văn số 123/BNV-TCCB ngày 05 tháng 02 năm 2026 của Bộ Nội vụ"
    )
    assert first["bases"].endswith("của Bộ Nội vụ về việc báo cáo công tác cán bộ quý IV")
    assert (first["kind"], first["addressees"], first["recipients"]) == (
        "CV",
        "Bộ Nội vụ",
        [office.ministry.pk],
    )
    assert (first["signer"], first["urgency"]) == (office.dung, 2)
    minh.post(f"/van-ban-di/soan/?reply_to={asked.pk}", form_data(office))
    assert Outgoing.objects.get().in_reply_to == asked
    assert "đã có bản trả lời" in minh.get(f"/van-ban-di/soan/?reply_to={asked.pk}").content.decode()


def test_only_who_was_given_the_paper_answers_it(client, office):
    asked = given_to_minh(office)
    for post in (office.khach, office.lan, office.hoa):
        assert sits_down(client, post).get(f"/van-ban-di/soan/?reply_to={asked.pk}").status_code == 404
    for nonsense in ("0", "x", "9" * 40):
        assert sits_down(client, office.minh).get(f"/van-ban-di/soan/?reply_to={nonsense}").status_code == 404


def test_attachments_are_kept_through_errors_and_can_be_taken_off(minh, office):
    good = SimpleUploadedFile("phu-luc.pdf", tiny_pdf())
    bad = SimpleUploadedFile("chay.exe", b"MZ")
    answer = minh.post("/van-ban-di/soan/", form_data(office) | {"attachments": [good, bad]})
    assert "attachments" in answer.context["form"].errors
    token = re.search(r'name="kept_attachment" value="([^"]+)"', answer.content.decode())[1]
    minh.post("/van-ban-di/soan/", form_data(office) | {"kept_attachment": token})
    paper = Outgoing.objects.get()
    file = paper.files.get(part="attachment")
    assert (file.name, file.pages) == ("phu-luc.pdf", 1)
    minh.post(reverse("outgoing_edit", args=[paper.pk]), form_data(office) | {"drop": file.pk})
    assert not paper.files.exists()
    assert [event.payload.get("detached") for event in paper.events.all()][-1] == [file.blob_id]


def test_an_attachment_with_a_secrecy_mark_never_reaches_the_disk(minh, office):
    secret = render(
        Page("CV", "Công văn", Letterhead("", ("CƠ QUAN",), "Hà Nội"), "X", 2026, "việc", (), (), "MẬT\n\nA",
             SignatureBlock(("GIÁM ĐỐC",), "A"), (), "")
    )  # fmt: skip
    answer = minh.post(
        "/van-ban-di/soan/", form_data(office) | {"attachments": SimpleUploadedFile("a.pdf", secret)}
    )
    assert "MẬT" in str(answer.context["form"].errors["attachments"])
    assert not Blob.objects.exists() and not Outgoing.objects.exists()


def test_too_many_attachments_are_refused_whole(minh, office, settings):
    settings.MAX_FILES_PER_PAPER = 3
    files = [SimpleUploadedFile(f"{n}.png", b"\x89PNG" + bytes([n])) for n in range(3)]
    answer = minh.post("/van-ban-di/soan/", form_data(office) | {"attachments": files})
    assert "nhiều nhất 2 tệp" in str(answer.context["form"].errors["attachments"])
    assert not Outgoing.objects.exists()


def test_recipients_can_be_picked_without_scripts(minh, office):
    answer = minh.post(
        "/van-ban-di/soan/", form_data(office) | {"find": "recipients", "q_recipients": "so tu"}
    )
    paper = Outgoing.objects.get()
    here = reverse("recipients", args=[paper.pk])
    assert answer.url == f"{here}?tim=so+tu"
    assert "Sở Tư pháp" in minh.get(answer.url).content.decode()
    minh.post(here, {"add": [office.ministry.pk], "remove": [office.justice.pk]})
    assert list(paper.recipients.all()) == [office.ministry]
    answer = minh.post(here, {"add": [office.home_affairs.pk]}, follow=True)
    assert "chính cơ quan mình" in answer.content.decode()
    minh.post(here, {"add_group": "so-ban-nganh"})
    assert set(paper.recipients.all()) == {office.ministry, office.justice}


def test_kinh_gui_goes_on_following_the_recipients_until_a_hand_changes_it(minh, office):
    both = form_data(office) | {"addressees": "", "recipients": [office.justice.pk, office.ministry.pk]}
    minh.post("/van-ban-di/soan/", both)
    paper = Outgoing.objects.get()
    saved = set(paper.addressees.split("\n"))
    assert saved == {office.justice.full_name, office.ministry.full_name}

    edit = reverse("outgoing_edit", args=[paper.pk])
    answer = minh.post(edit, both | {"addressees": paper.addressees, "recipients": [office.justice.pk]})
    paper.refresh_from_db()
    assert answer.status_code == 302 and paper.addressees == office.justice.full_name

    own_page = reverse("recipients", args=[paper.pk])
    minh.post(own_page, {"add": [office.ministry.pk]})
    paper.refresh_from_db()
    assert set(paper.addressees.split("\n")) == saved


def test_a_kinh_gui_written_by_hand_stays_and_whom_it_wrongly_names_is_said(minh, office):
    by_hand = f"Ông Giám đốc\n{office.justice.name};"
    data = form_data(office) | {"addressees": by_hand}
    data["recipients"] = [office.justice.pk, office.ministry.pk]
    minh.post("/van-ban-di/soan/", data)
    paper = Outgoing.objects.get()
    edit = reverse("outgoing_edit", args=[paper.pk])
    page = minh.post(edit, data | {"recipients": [office.ministry.pk]}, follow=True).content.decode()
    paper.refresh_from_db()
    assert paper.addressees == by_hand
    assert f"Kính gửi vẫn ghi {office.justice.full_name}" in page
    assert "Kính gửi vẫn ghi" not in minh.post(edit, data, follow=True).content.decode()

    page = minh.post(reverse("recipients", args=[paper.pk]), {"remove": [office.justice.pk]}, follow=True)
    paper.refresh_from_db()
    assert paper.addressees == by_hand and "Kính gửi vẫn ghi" in page.content.decode()


def test_a_list_of_more_than_a_thousand_recipients_can_be_sent(client, office):
    """The whole city and the ministries; the framework by itself stops at a thousand values."""
    made = Organisation.objects.bulk_create(
        Organisation(code=f"H26.X{n}", name=f"Phường {n}", level=2, kind="phuong_xa", gate=True)
        for n in range(1100)
    )
    answer = sits_down(client, office.minh).post(reverse("draft"), form_data(office, recipients=made))
    assert answer.status_code == 302
    assert Outgoing.objects.get().recipients.count() == 1100


def test_a_table_that_no_page_can_bear_is_refused_and_stays_typed(minh, office):
    body = "| a | b |\n" * 3000
    answer = minh.post("/van-ban-di/soan/", form_data(office) | {"body": body})
    assert answer.status_code == 422 and "6000 ô" in answer.context["form"].errors["body"][0]
    assert "| a | b |" in answer.content.decode() and not Outgoing.objects.exists()


def test_a_fresh_answer_filled_in_from_its_paper_is_not_called_a_fault(office):
    subject = (
        "Về việc chuẩn bị nội dung phiên họp Chính phủ thường kỳ tháng 11 với các địa phương"
        + ", các bộ, ngành" * 12
    )
    paper = directed(office, lead=office.minh, subject=subject)
    page = at_desk(office.minh).get(f"{reverse('draft')}?reply_to={paper.pk}")
    assert page.status_code == 200 and "Phần lớn nội dung in nghiêng" not in page.content.decode()
    assert "Căn cứ" in page.content.decode()
