"""Pages that were fed upside down or sideways: turned by the machine where it is sure, by the clerk with one key."""

import io
import json
import sys

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from documents import blobs
from documents.actions.incoming import scans
from documents.models import Blob, Event, Incoming
from documents.pdf import page_image
from documents.pdf import scans as pdf_scans
from simulators.pki import build_ca
from tests.documents.desks import at_desk, stored, words
from tests.documents.incoming.scan_cases import blank, cut, letter, lying, picture, stack, upload, waiting
from tests.documents.incoming.test_paper_form import URL, tokens, typed
from tests.documents.incoming.test_paper_form import scan as envelope
from tests.documents.incoming.test_scans import entered
from tests.signatures.signers import Signer, signed

from .test_scan_faults import TYPED, neighbours, now


def fed(pdf: bytes, turn: int) -> bytes:
    """The page as a scanner gives it back when the sheet lay turned clockwise by so much."""
    page, out = Image.open(io.BytesIO(page_image(pdf, 1, 1654))).convert("L"), io.BytesIO()
    page.rotate(-turn, expand=True).save(out, "PDF", resolution=200)
    return out.getvalue()


def rotations(scan) -> list[int]:
    with pikepdf.open(io.BytesIO(blobs.read(scan.blob))) as pdf:
        return [int(page.get("/Rotate", 0)) for page in pdf.pages]


def streams(data: bytes) -> list[bytes]:
    """What is on its first two pages, as it lies in the file."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [page.Resources.XObject.image.read_raw_bytes() for page in pdf.pages[:2]]


def press(office, scan, page=""):
    return at_desk(office.lan).post(f"{scan.get_absolute_url()}xoay/", {"page": page}, follow=True)


def test_pages_fed_upside_down_and_sideways_lie_right_and_are_read(office):
    whole = stack(fed(letter("15"), 180), fed(letter("16"), 90), blank(), picture(letter("17")))
    first, second = cut(office, upload(whole))
    assert (rotations(first), rotations(second)) == ([180, 270], [0])
    assert (first.turns, second.turns) == ([180, 270], [])
    assert (first.proposed["number"], second.proposed["number"]) == ("15", "17")
    assert streams(blobs.read(first.blob)) == streams(blobs.read(first.file.blob)), "nothing drawn anew"
    assert "Đã xoay so với bản quét: mọi trang" in words(at_desk(office.lan).get(first.get_absolute_url()))
    assert "đã xoay mọi trang" in words(at_desk(office.lan).get(first.file.batch.get_absolute_url()))
    assert "Đã xoay" not in words(at_desk(office.lan).get(second.get_absolute_url()))


def test_a_page_whose_way_up_is_not_told_in_time_is_taken_as_it_lies(tmp_path, monkeypatch):
    document = pypdfium2.PdfDocument(fed(letter("15"), 180))
    document.init_forms()
    slow = tmp_path / "tesseract"
    slow.write_text(
        f"#!{sys.executable}\nimport time\ntime.sleep(2)\nprint('Rotate: 180\\nOrientation confidence: 9')\n"
    )
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(pdf_scans, "_UPRIGHT_SECONDS", 0.1)
    assert json.loads(pdf_scans.sheets(document, 1, 1)) == ["page"]


def test_a_whole_file_that_lies_wrong_is_turned_and_a_signed_one_never(office, tmp_path):
    build_ca(tmp_path)
    sealed = signed(Signer(tmp_path), pdf=stack(fed(letter("15"), 180), blank()))
    files = upload(sealed, "ky.pdf"), upload(fed(letter("15"), 180), "nguoc.pdf")
    kept, turned = cut(office, *files, parting="none")
    assert blobs.read(kept.blob) == sealed and kept.turns == []
    assert rotations(turned) == [180] and turned.proposed["number"] == "15"
    assert "mất chữ ký" in words(press(office, kept)) and blobs.read(kept.blob) == sealed


def test_the_clerk_turns_one_page_or_all_and_back(office):
    scan = lying(office, pages=3)
    before = scan.blob
    assert "Đã xoay so với bản quét: trang 2" in words(press(office, scan, "2"))
    assert rotations(waiting()[0]) == [0, 90, 0]
    press(office, scan)
    assert (rotations(waiting()[0]), waiting()[0].turns) == ([90, 180, 90], [90, 180, 90])
    for _ in range(3):
        press(office, scan, "1")
    press(office, scan, "2"), press(office, scan, "2")
    press(office, scan, "3"), press(office, scan, "3")
    said = words(press(office, scan, "3"))
    assert rotations(waiting()[0]) == [0, 0, 0] and waiting()[0].turns == [] and "so với bản quét" not in said
    kinds = Event.objects.filter(kind="turn_scan").order_by("pk").values_list("post", "payload__page")
    assert list(kinds)[:2] == [(office.lan.pk, 2), (office.lan.pk, None)]
    assert blobs.there(before), "the file it was cut from is as it was scanned"


@pytest.mark.parametrize("page", ["0", "4", "x", "-1", "99999999999999999999"])
def test_a_page_that_is_not_there_is_said_and_nothing_turns(office, page):
    scan = lying(office, pages=3)
    said = press(office, scan, page)
    assert said.status_code == 200 and 'class="alert tone-bad"' in said.content.decode()
    assert waiting()[0].blob == scan.blob and not Event.objects.filter(kind="turn_scan").exists()


def test_a_first_page_that_lies_right_at_last_is_read_for_words_and_marks(office):
    scan = lying(office, pages=1)
    scan.blob = stored(fed(letter("15", about="MẬT"), 270))
    scan.save()
    press(office, scan)
    (scan,) = waiting()
    assert (scan.proposed["number"], scan.marks, scan.unrecognised) == ("15", "MẬT", 0)


def test_turned_pages_stay_so_when_papers_are_joined_and_split(office):
    scan = lying(office, pages=4)
    tail = scans.split(scan, page=3, by=office.lan, at=now())
    press(office, scan, "2"), press(office, tail, "2")
    scan, tail = waiting()
    joined = scans.join(tail, by=office.lan, at=now())
    assert (joined.turns, rotations(joined)) == ([0, 90, 0, 90], [0, 90, 0, 90])
    tail = scans.split(joined, page=2, by=office.lan, at=now())
    assert (joined.turns, tail.turns, rotations(tail)) == ([0], [90, 0, 90], [90, 0, 90])
    _, second = neighbours(office)
    press(office, second, "3")
    _, second = waiting()[-2:]
    assert scans.join(second, by=office.lan, at=now()).turns == [0, 0, 0, 0, 90]
    assert rotations(waiting()[-1]) == [0, 0, 0, 0, 90]


def test_two_clerks_turn_at_once_and_what_is_entered_is_what_was_seen(office, monkeypatch):
    scan = lying(office)
    old = scan.blob_id
    press(office, scan, "2")
    answer = entered(office, scan, seen=old, **TYPED)
    assert answer.status_code == 200 and "vừa được tách, nối lại, xoay" in words(answer)
    real = scans.cut

    def meanwhile(*args):
        monkeypatch.setattr(scans, "cut", real)
        press(office, scan, "2")
        return real(*args)

    monkeypatch.setattr(scans, "cut", meanwhile)
    said = press(office, scan, "2")
    assert "vừa được tách, nối lại, xoay" in words(said) and rotations(waiting()[0]) == [0, 180]
    assert entered(office, waiting()[0], **TYPED).status_code == 302
    assert Incoming.objects.get().files.get().blob_id not in ("", old)
    assert "Không thể “Xoay”" in words(press(office, scan))


def test_a_letter_from_an_envelope_is_turned_beside_its_form_and_goes_into_the_book_so(office):
    sideways = fed(letter("15"), 270)
    answer = at_desk(office.lan).post(URL, typed(file=envelope(sideways), turn="1", subject="Về việc tôi gõ"))
    assert not answer.context["form"].errors and answer.context["form"]["subject"].value() == "Về việc tôi gõ"
    (token,) = tokens(answer.content.decode())
    answer = at_desk(office.lan).post(URL, typed(kept_file=token, file=None, turn="1"))
    (token,) = tokens(answer.content.decode())
    assert at_desk(office.lan).post(URL, typed(kept_file=token, file=None)).status_code == 302
    with pikepdf.open(io.BytesIO(blobs.read(Incoming.objects.get().files.get().blob))) as pdf:
        assert pdf.pages[0].get("/Rotate") == 180


def test_a_signed_letter_from_an_envelope_is_not_turned(office, tmp_path):
    build_ca(tmp_path)
    sealed = signed(Signer(tmp_path), pdf=letter("15"))
    answer = at_desk(office.lan).post(URL, typed(file=envelope(sealed), turn="1"))
    assert "mất chữ ký" in words(answer) and [blobs.read(one) for one in Blob.objects.all()] == [sealed]
