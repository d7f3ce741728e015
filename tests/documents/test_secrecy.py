"""State secrets never enter: marks are seen, a person decides, and a secret leaves no trace of content."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from documents.actions.incoming import refuse, register
from documents.layout import inspect, secrecy_marks
from tests.documents.desks import kinds, pdf_saying


@pytest.mark.parametrize(
    "line, marks",
    [
        ("MẬT", ["MẬT"]),
        ("TỐI MẬT", ["TỐI MẬT"]),
        ("TUYỆT MẬT", ["TUYỆT MẬT"]),
        ("M Ậ T", ["MẬT"]),
        ("Về việc bảo vệ bí mật nhà nước", []),
        ("Mật độ dân số", []),
    ],
)
def test_a_mark_is_seen_on_a_real_page_and_an_ordinary_word_is_not(line, marks):
    assert secrecy_marks(inspect(pdf_saying(line)).text_first_page) == marks


def test_the_action_itself_refuses_an_unconfirmed_mark(office):
    paper = office.paper(secrecy_marks="TỐI MẬT")
    with pytest.raises(ValidationError, match="TỐI MẬT"):
        register(paper, by=office.lan, at=timezone.now())
    paper.refresh_from_db()
    assert paper.state == "awaiting_reception" and paper.book is None


def test_a_purged_paper_keeps_time_sender_and_hashes_only(office):
    paper = office.paper(subject="Kế hoạch tối mật", note="ghi chú", signer_name="Trần Văn B")
    sha256 = paper.files.get().blob_id
    refuse(paper, reason="Văn bản chứa bí mật nhà nước", by=office.lan, at=timezone.now(), secret=True)
    paper.refresh_from_db()
    assert paper.purged_at and paper.issuer_name == "Bộ Nội vụ" and paper.sender_code == "G09"
    assert (paper.subject, paper.number, paper.notation, paper.note, paper.signer_name) == (
        "(Đã hủy nội dung)",
        "",
        "",
        "",
        "",
    )
    assert "toi mat" not in paper.search_key and paper.code_key == ""
    file = paper.files.get()
    assert file.blob is None and file.name == "(đã hủy)"
    assert kinds(paper) == ["receive", "refuse", "purge"]
    assert paper.events.get(kind="purge").payload == {"sha256": [sha256]}
