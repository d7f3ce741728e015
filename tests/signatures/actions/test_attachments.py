"""What goes with a paper in files of its own carries the agency's signature and one line, or is left with a word."""

import io
import re
import subprocess

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image, ImageChops

from documents import blobs
from documents.actions.delivery.hand_over import hand_over, parcel_of
from documents.actions.outgoing import approval as papers
from documents.arrival import NewFile
from documents.models import File
from documents.pdf import page_image
from documents.uploads import own_attachment
from interop.outbound.packing import edoc_of
from signatures import actions as signing
from signatures import pades
from signatures.appearance.text_line import first_page, line_on
from signatures.errors import SigningError
from signatures.models import Signature
from signatures.verification import VIETNAM
from tests.conftest import tiny_pdf
from tests.documents.desks import pdf_saying, workbook
from tests.documents.outgoing_cases import brought, form_data, kinds, sits_down, written

XLSX = workbook()


def with_attachments(office, *files: tuple[str, bytes, str]):
    paper = written(office)
    new = [
        NewFile(name, blobs.store(data, content_type), File.Part.ATTACHMENT, 1)
        for name, data, content_type in files
    ]
    papers.attach(paper, files=new, by=office.minh, at=timezone.now())
    return paper


def pdf_file(name: str, text: str) -> tuple[str, bytes, str]:
    return name, pdf_saying(text), "application/pdf"


def sheet() -> tuple[str, bytes, str]:
    return "bang.xlsx", XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def locked_pdf(**how) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(tiny_pdf())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="chu", **how))
    return out.getvalue()


def press(client, office, paper):
    return sits_down(client, office.lan).post(reverse("outgoing_number", args=[paper.pk]), follow=True)


def text_of(pdf: bytes) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()


def test_each_pdf_carries_the_line_and_the_agencys_signature(office, keys):
    paper = with_attachments(
        office, pdf_file("phu-luc-1.pdf", "Danh mục"), pdf_file("phu-luc-2.pdf", "Biểu mẫu"), sheet()
    )
    at = timezone.now()
    paper = brought(office, "sealed", paper, at=at)
    attached = list(paper.attachments())
    assert [(file.name, file.stage) for file in attached] == [
        ("phu-luc-1.pdf", "sealed"), ("phu-luc-2.pdf", "sealed"), ("bang.xlsx", "draft"),
    ]  # fmt: skip
    there = at.astimezone(VIETNAM)
    for file in attached[:2]:
        before, after = blobs.read(file.made_from.blob), blobs.read(file.blob)
        assert after.startswith(before)
        line = text_of(after).strip().splitlines()[0].strip()
        assert line == f"Số: 01/SNV-TCBC; {there:%d/%m/%Y}; {there:%H:%M:%S} +07:00"
        verdict, report = signing.check(after)
        (one,) = report["signatures"]
        assert (verdict, one["organisation"], one["covers_whole_file"]) == ("valid", "Sở Nội vụ", True)
        assert file.signature.before == file.made_from.blob_id
    assert Signature.objects.filter(document=paper, kind="agency").count() == 3
    assert {one.signed_at for one in paper.signatures.filter(kind="agency")} == {at}
    said = paper.events.get(kind="seal").payload["attachments"]
    assert [(one["name"], one["sha256"]) for one in said] == [
        (file.name, file.blob_id) for file in attached[:2]
    ]


def test_the_line_has_the_legal_form_and_type(office, keys, tmp_path):
    paper = brought(office, "sealed", with_attachments(office, pdf_file("phu-luc.pdf", "Danh mục")))
    data = blobs.read(paper.attachments().get().blob)
    line = text_of(data).strip().splitlines()[0].strip()
    assert re.fullmatch(r"Số: \d{2,}/[\wĐ-]+; \d\d/\d\d/\d{4}; \d\d:\d\d:\d\d \+07:00", line)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        field = next(one for one in pdf.Root.AcroForm.Fields if one.T == pades.MARK)
        look = field.AP.N.Resources.XObject.Mark
        assert "Image" not in str(look.Resources.get("/XObject", {}))
        (font,) = look.Resources.Font.values()
        assert "Tinos" in str(font.BaseFont) and not re.search("Bold|Italic", str(font.BaseFont))
        assert set(re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) rg", look.read_bytes())) <= {(b"0", b"0", b"0")}
        _, _, right, top = (float(v) for v in field.Rect)
        page = [float(v) for v in pdf.pages[0].MediaBox]
    edge = 7 * 72 / 25.4
    assert page[2] - right == pytest.approx(edge, abs=0.01) and page[3] - top == pytest.approx(edge, abs=0.01)
    box = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=data, capture_output=True, check=True
    ).stdout.decode()
    sizes = re.search(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">\+07:00<', box)
    assert 10 <= float(sizes[2]) - float(sizes[1]) <= 12  # a line of ten points


def test_recipients_get_the_signed_file_in_its_place_once(office, keys):
    paper = written(office, recipients=[office.justice, office.ministry])
    attached = [NewFile("phu-luc.pdf", blobs.store(pdf_saying("Danh mục")), File.Part.ATTACHMENT, 1)]
    papers.attach(paper, files=attached, by=office.minh, at=timezone.now())
    paper = brought(office, "issued", paper)
    signed = paper.attachments().get()
    assert signed.blob_id != attached[0].blob.pk
    inside = hand_over(paper.deliveries.get(channel="city").pk, parcel_of(paper), at=timezone.now())
    assert [file.blob_id for file in inside.files.filter(part="attachment")] == [signed.blob_id]
    outside = edoc_of(paper, ["G09"]).attachments
    assert [one.name for one in outside[1:]] == ["phu-luc.pdf"]
    assert outside[1].data == blobs.read(signed.blob)


def test_the_page_shows_each_attachment_once_with_what_vouches_for_it(client, office, keys):
    paper = with_attachments(office, pdf_file("phu-luc.pdf", "Danh mục"), sheet())
    paper = brought(office, "signed", paper)
    lan = sits_down(client, office.lan)
    page = lan.get(paper.get_absolute_url()).content.decode()
    assert "Văn thư ký số của cơ quan khi đóng dấu." in page
    assert "Không phải PDF nên không mang chữ ký số của cơ quan." in page
    press(client, office, paper)
    page = lan.get(paper.get_absolute_url()).content.decode()
    assert page.count("phu-luc.pdf</a>") == 1 and "Đã ký số của cơ quan." in page
    assert reverse("file", args=[paper.attachments().first().pk]) in page
    tab = lan.get(f"{paper.get_absolute_url()}?tab=signature").content.decode()
    assert "Chữ ký số cơ quan trên tài liệu kèm theo" in tab and "Hết hiệu lực" not in tab


def test_a_file_that_somebody_signed_before_is_left_as_it_is(client, office, keys):
    theirs = blobs.read(brought(office, "sealed").current_file().blob)
    paper = brought(office, "sealed", with_attachments(office, ("cua-ho.pdf", theirs, "application/pdf")))
    kept = paper.attachments().get()
    assert blobs.read(kept.blob) == theirs and kept.stage == "draft"
    page = sits_down(client, office.lan).get(paper.get_absolute_url()).content.decode()
    assert "Đã có chữ ký số từ trước: giữ nguyên" in page


def test_no_number_is_taken_while_an_attachment_cannot_be_signed(client, office, keys):
    paper = brought(office, "signed", with_attachments(office, ("khoa.pdf", locked_pdf(), "application/pdf")))
    answer = press(client, office, paper).content.decode()
    assert "“khoa.pdf” bị khóa hoặc hỏng nên không ký số được" in answer
    paper.refresh_from_db()
    assert (paper.state, paper.number) == ("signed", "")


def test_a_failure_in_the_middle_leaves_the_number_and_the_next_press_makes_everything_once(
    client, office, keys, monkeypatch
):
    files = [pdf_file(f"phu-luc-{n}.pdf", f"Danh mục {n}") for n in range(3)]
    paper = brought(office, "signed", with_attachments(office, *files))
    made = File.objects.create

    def fails_late(**fields):
        if fields["name"] == "phu-luc-2.pdf" and fields["stage"] == "sealed":
            raise SigningError("Đứt giữa chừng.")
        return made(**fields)

    monkeypatch.setattr(File.objects, "create", fails_late)
    assert "Đứt giữa chừng." in press(client, office, paper).content.decode()
    monkeypatch.undo()
    paper.refresh_from_db()
    assert (paper.state, paper.code) == ("numbered", "01/SNV-TCBC")
    assert not paper.files.filter(stage="sealed").exists() and paper.signatures.count() == 1
    press(client, office, paper)
    press(client, office, paper)
    paper.refresh_from_db()
    assert (paper.state, paper.code) == ("issued", "01/SNV-TCBC")
    assert paper.files.filter(stage="sealed").count() == 4 and paper.signatures.count() == 5
    assert kinds(paper).count("seal") == 1


def test_an_attachment_changed_on_the_disk_is_not_signed(office, keys):
    paper = brought(office, "numbered", with_attachments(office, pdf_file("phu-luc.pdf", "Danh mục")))
    path = blobs.path_of(paper.attachments().get().blob)
    path.write_bytes(path.read_bytes() + b"\n%")
    with pytest.raises((SigningError, ValidationError), match="không còn đúng"):
        signing.seal(paper, by=office.lan, at=timezone.now())
    paper.refresh_from_db()
    assert paper.state == "numbered" and paper.signatures.count() == 1


def test_a_locked_pdf_is_refused_when_it_is_attached(office):
    for how in ({"user": ""}, {"user": "mat-khau"}):
        upload = SimpleUploadedFile("khoa.pdf", locked_pdf(**how))
        with pytest.raises(ValidationError, match=r"bị khóa|đặt mật khẩu"):
            own_attachment(upload)
    with pytest.raises(ValidationError, match=r"không phải PDF|hỏng|không trọn vẹn"):
        own_attachment(SimpleUploadedFile("hong.pdf", tiny_pdf()[:300]))


def test_the_drafter_hears_at_once_that_a_file_cannot_carry_a_signature(client, office):
    data = form_data(office) | {"attachments": [SimpleUploadedFile("bang.xlsx", XLSX)]}
    answer = sits_down(client, office.minh).post(reverse("draft"), data, follow=True).content.decode()
    assert "“bang.xlsx” không phải PDF nên khi phát hành không mang chữ ký số của cơ quan" in answer


def shaped(width, height, *, turned=0, crop=None, origin=(0, 0)) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(width, height))
        page = pdf.pages[0]
        page.MediaBox = [*origin, origin[0] + width, origin[1] + height]
        pdf.Root.Pages.Rotate = turned  # inherited, as some scanners leave it
        if crop:
            page.CropBox = list(crop)
        pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "pdf",
    [
        shaped(595, 842),
        shaped(842, 595),
        shaped(595, 842, turned=90),
        shaped(595, 842, turned=180),
        shaped(842, 595, turned=270),
        shaped(595, 842, turned=-90),
        shaped(800, 1000, crop=(100, 50, 700, 900)),
        shaped(800, 1000, crop=(100, 50, 700, 900), turned=90),
        shaped(595, 842, origin=(-300, -400)),
        shaped(2384, 3370),
        shaped(260, 400),
        shaped(150, 100),
    ],
)
def test_the_line_is_read_at_the_top_right_of_any_page(keys, office, pdf):
    line = "Số: 2918/QĐ-UBND; 17/08/2022; 10:05:23 +07:00"
    page = first_page(pdf)
    look, box = line_on(page, line)
    key = signing.papers.open_key(signing.papers.agency_certificate(office.home_affairs))
    signed = pades.mark(pdf, key, look=look, box=box, at=timezone.now())
    assert text_of(signed).split() == line.split()
    left, bottom, right, top = page.shown
    across, down = right - left, top - bottom
    if page.turned in (90, 270):
        across, down = down, across
    picture = Image.open(io.BytesIO(page_image(signed, 1, min(2000, round(across * 2))))).convert("L")
    scale = picture.width / across
    ink = ImageChops.invert(picture).point(lambda v: 255 if v > 100 else 0).getbbox()
    edge = min(7 * 72 / 25.4, across / 20, down / 20)
    assert (picture.width - ink[2]) / scale == pytest.approx(edge, abs=2)
    assert edge <= ink[1] / scale <= edge + 5
    assert ink[2] - ink[0] > 8 * (ink[3] - ink[1])  # upright, not along the edge
