"""A program, a script or a macro that comes over the axis is kept and held back, and the clerk is told why."""

import base64

from documents.models import Incoming
from tests.conftest import tiny_pdf
from tests.documents.desks import at_desk, words
from tests.documents.pdf.test_danger import document, zipped
from tests.interop.ministry import ordered


def sent(name: str, data: bytes) -> dict:
    return {"name": name, "data": base64.b64encode(data).decode()}


def test_a_program_with_a_paper_is_held_back_with_a_word(office, line):
    files = [
        sent("van-ban.pdf", tiny_pdf()),
        sent("huong-dan.pdf.exe", b"MZ\x90\x00 chuong trinh"),
        sent("bang-so-lieu.docx", document(word__vbaProject_bin=b"x")),
        sent("kem.zip", zipped(a_js=b"alert(1)")),
        sent("cu.rar", b"Rar!\x1a\x07\x00" + b"\0" * 40),
        sent("tot.docx", document()),
    ]
    ordered(line, files=files)
    line.come()
    paper = Incoming.objects.get()
    kept = {file.name: file for file in paper.files.all()}
    assert {name for name, file in kept.items() if file.held} == {
        "huong-dan.pdf.exe",
        "bang-so-lieu.docx",
        "kem.zip",
    }
    client = at_desk(office.lan)
    for address in (paper.get_absolute_url(), f"{paper.get_absolute_url()}vao-so/"):
        page = words(client.get(address))
        assert "Tệp bị giữ lại: huong-dan.pdf.exe – là chương trình Windows (.exe)." in page
        assert "Tệp bị giữ lại: bang-so-lieu.docx – có macro." in page
        assert "Tệp bị giữ lại: kem.zip – trong tệp nén, “a.js” là tệp lệnh (.js)." in page
        assert "Tệp nén .rar: hệ thống không xem được bên trong" in page
        assert "hãy từ chối kèm lý do" in page
    for name, file in kept.items():
        answer = client.get(f"/tep/{file.pk}/")
        assert answer.status_code == (404 if file.held else 200), name
        if answer.streaming:
            assert b"".join(answer.streaming_content)


def test_a_paper_that_is_itself_a_program_shows_no_page(office, line):
    ordered(line, files=[sent("van-ban.pdf", b"MZ\x90\x00" + tiny_pdf())])
    line.come()
    paper = Incoming.objects.get()
    client, file = at_desk(office.lan), paper.files.get()
    page = client.get(paper.get_absolute_url())
    assert "Tệp bị giữ lại: van-ban.pdf – là chương trình Windows" in words(page)
    assert f"/tep/{file.pk}/" not in page.content.decode()
    for address in (f"/tep/{file.pk}/", f"/tep/{file.pk}/trang/1/"):
        assert client.get(address).status_code == 404
