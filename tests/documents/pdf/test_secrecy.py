"""State secrets never enter: marks are seen, a person decides, and a secret leaves no trace of content."""

import io
from hashlib import sha256

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from pikepdf import Name

from documents import blobs
from documents.actions.incoming.reception import refuse, register
from documents.models import Blob, Incoming
from documents.pdf import inspect, secrecy_marks, word_marks
from documents.uploads import own_attachment
from tests.conftest import tiny_pdf
from tests.documents.desks import at_desk, kinds, pdf_saying, words
from tests.documents.outgoing.word_cases import docx, p


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


def _noted(**note) -> bytes:
    """A paper with an annotation over its page; `drawn` is what the annotation's own picture says."""
    pdf = pikepdf.open(io.BytesIO(tiny_pdf()))
    drawn = note.pop("drawn", None)
    annot = pikepdf.Dictionary(Type=Name.Annot, Rect=[40, 700, 240, 760], F=4, **note)
    if drawn:
        font = pikepdf.Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        font.Encoding = pikepdf.Dictionary(
            Type=Name.Encoding, Differences=[128, Name("/Acircumflexdotbelow")]
        )
        picture = pdf.make_stream(b"BT /F 20 Tf 10 20 Td (" + drawn + b") Tj ET")
        picture.Type, picture.Subtype, picture.BBox = Name.XObject, Name.Form, [0, 0, 200, 60]
        picture.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        annot.AP = pikepdf.Dictionary(N=picture)
    pdf.pages[0].Annots = pdf.make_indirect([pdf.make_indirect(annot)])
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "note",
    [
        {"Subtype": Name.FreeText, "Contents": "MẬT", "DA": "/Helv 12 Tf"},
        {"Subtype": Name.FreeText, "Contents": "Ghi chú", "DA": "/Helv 12 Tf", "drawn": b"M\x80T"},
        {"Subtype": Name.Stamp, "drawn": b"M\x80T"},
        {"Subtype": Name.Square, "drawn": b"M \x80 T"},
    ],
)
def test_a_mark_typed_or_stamped_over_the_page_is_seen_as_in_it(note):
    assert inspect(_noted(**note)).marks == ["MẬT"]


def test_a_remark_of_a_reader_is_no_mark():
    assert inspect(_noted(Subtype=Name.FreeText, Contents="Về bảo vệ bí mật", DA="/Helv 12 Tf")).marks == []
    assert inspect(_noted(Subtype=Name.Text, Contents="MẬT")).marks == []


def test_a_stamped_mark_stops_the_clerk_and_is_told_on_the_desk(office):
    from tests.documents.incoming.test_paper_form import URL, scan, typed

    page = at_desk(office.lan).post(URL, typed(file=scan(_noted(Subtype=Name.Stamp, drawn=b"M\x80T"))))
    assert "có dấu “MẬT”" in words(page) and not Incoming.objects.exists()


def test_a_mark_at_the_head_of_a_word_file_stops_the_clerk_and_the_drafter_alike(office):
    from tests.documents.incoming.test_paper_form import URL, scan, typed

    secret, plain = docx(p("MẬT"), p("Kế hoạch")), docx(p("Về bảo vệ bí mật"), *[p("Dòng")] * 50, p("MẬT"))
    assert (word_marks(secret), word_marks(plain)) == (["MẬT"], [])
    sent = typed(file=scan(tiny_pdf()), attachments=SimpleUploadedFile("Phụ lục.docx", secret))
    page = at_desk(office.lan).post(URL, sent)
    assert "“Phụ lục.docx” có dấu “MẬT”" in words(page) and not Incoming.objects.exists()
    with pytest.raises(ValidationError, match=r"“a\.docx” có dấu “MẬT”"):
        own_attachment(SimpleUploadedFile("a.docx", secret))
    assert not Blob.objects.filter(pk=sha256(secret).hexdigest()).exists()
    assert own_attachment(SimpleUploadedFile("b.docx", plain)).name == "b.docx"


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


@pytest.mark.parametrize("source", ["axis", "city"])
def test_nothing_that_names_or_describes_it_stays(office, source):
    paper = office.paper(
        subject="Kế hoạch XYZZY", number="987", note="XYZZY", signer_name="XYZZY", signer_title="XYZZY",
        kind="KHAC", kind_name="XYZZY", issued_on=timezone.localdate(), document_uid="G09,2026/11/20,987/BNV",
        signature_report={"reasons": ["XYZZY"]},
    )  # fmt: skip
    type(paper).objects.filter(pk=paper.pk).update(source=source)
    paper.refresh_from_db()
    refuse(paper, reason="Văn bản chứa bí mật nhà nước", by=office.lan, at=timezone.now(), secret=True)
    (row,) = Incoming.objects.filter(pk=paper.pk).values()
    assert "xyzzy" not in str(row).lower()
    assert ("987" in str(row)) == (source == "axis"), "the exchange still has to answer by the id"
    page = at_desk(office.lan).get(paper.get_absolute_url()).content.decode()
    assert "987/BNV" not in page and "XYZZY" not in page


def test_the_bytes_are_gone_before_the_act_is_committed(office):
    """A process killed after the commit would leave them for ever; killed before it, the clerk presses again."""
    paper = office.paper()
    path = blobs.path_of(paper.files.get().blob)
    with transaction.atomic():
        refuse(paper, reason="Văn bản chứa bí mật nhà nước", by=office.lan, at=timezone.now(), secret=True)
        assert not path.exists()


def test_another_desk_with_the_same_bytes_must_look_at_them(office):
    paper, copy = office.paper(), office.paper(office.justice)
    refuse(paper, reason="Văn bản chứa bí mật nhà nước", by=office.lan, at=timezone.now(), secret=True)
    copy.refresh_from_db()
    assert blobs.path_of(copy.files.get().blob).exists(), "their copy is theirs to destroy"
    with pytest.raises(ValidationError, match="nơi nhận khác"):
        register(copy, by=office.khach, at=timezone.now())


def test_a_picture_finished_after_the_bytes_went_does_not_stay(office):
    paper = office.paper()
    blob = paper.files.get().blob

    def slow(data):
        refuse(paper, reason="Văn bản chứa bí mật nhà nước", by=office.lan, at=timezone.now(), secret=True)
        return b"picture"

    with pytest.raises(FileNotFoundError):
        blobs.picture(blob, "1.png", slow)
    assert not list(blobs.path_of(blob).parents[3].joinpath("pages").rglob("*.png"))
