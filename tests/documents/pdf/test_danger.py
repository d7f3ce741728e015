"""Programs, scripts and macros are known by what is in them; archives are looked into, and cost no more than they may."""

import io
import struct
import time
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from documents import danger, uploads
from tests.conftest import tiny_pdf
from tests.documents.desks import pdf_saying

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return out.getvalue()


def document(**more: bytes) -> bytes:
    return zipped(word__document_xml=b"<w:document/>", **more)


def locked(name: str) -> bytes:
    """As a program that knows passwords would write it: the flag is set in both headers."""
    data = bytearray(zipped(**{name.replace(".", "_"): b"abc"}))
    for magic, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + at] |= 1
    return bytes(data)


def strange() -> bytes:
    """Packed in a way that may ask for as much memory as its maker writes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.txt", b"abc" * 100)
    return out.getvalue()


def nested(times: int, inner: bytes) -> bytes:
    for _ in range(times):
        inner = zipped(a_zip=inner)
    return inner


def seen(name: str, data: bytes) -> danger.Look:
    return danger.look(name, io.BytesIO(data))


HELD = {
    "bao-cao.exe": (b"anything", "chương trình Windows"),
    "bao-cao.pdf.exe ": (b"anything", ".exe"),
    "anh.png": (b"MZ\x90\x00" + b"\0" * 100, "chương trình Windows"),
    "so-lieu.xlsx": (b"\x7fELF" + b"\0" * 100, "chương trình Linux"),
    "doc.txt": (b"#!/bin/sh\nrm -rf /\n", "tệp lệnh"),
    "thu.txt": (b'Set s = CreateObject("WScript.Shell")\r\n', "tệp lệnh"),
    "tu.txt": ("@echo off\r\nformat c:".encode("utf-16"), "tệp lệnh"),
    "hinh.svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "mã chạy"),
    "trang.html": (b"<html><body><script>fetch('//x')</script></body></html>", "mã chạy"),
    "lien-ket.txt": (b"\x4c\x00\x00\x00\x01\x14\x02\x00" + b"\0" * 60, "lối tắt"),
    "quyet-dinh.doc": (OLE + b"\0" * 900 + "_VBA_PROJECT".encode("utf-16-le"), "macro"),
    "cong-van.docx": (document(word__vbaProject_bin=b"x"), "macro"),
    "bang.xlsm": (document(), ".xlsm"),
    "phieu.xlsx": (zipped(xl__macrosheets__sheet1_xml=b"<x/>"), "macro"),
    "thu.rtf": (b"{\\rtf1{\\object\\objemb{\\*\\objdata 0105}}}", "đối tượng nhúng"),
    "app.zip": (zipped(AndroidManifest_xml=b"x", classes_dex=b"dex"), "Android"),
    "lib.zip": (zipped(**{"META-INF__MANIFEST_MF": b"x", "A_class": b"x"}), "Java"),
    "dia.bin": (b"\0" * 0x8001 + b"CD001" + b"\0" * 100, "ảnh đĩa"),
    "goi.zip": (zipped(tai_lieu_exe=b"x"), "“tai.lieu.exe”"),
    "hai-lop.zip": (nested(2, zipped(x_txt=b"MZ\x90\x00")), "chương trình Windows"),
    "sau.zip": (nested(5, b"abc"), "lồng nhau"),
    "mat-khau.zip": (locked("thu.txt"), "mật khẩu"),
    "la.zip": (strange(), "cách lạ"),
    "hong.zip": (document()[:60], "bị hỏng"),
}  # fmt: skip


@pytest.mark.parametrize("name", HELD)
def test_what_may_do_harm_is_held_back_with_a_word(name):
    data, word = HELD[name]
    found = seen(name, data)
    assert found.held and word in found.words


FREE = {
    "van-ban.pdf": lambda: tiny_pdf(),
    "noi-ve-macro.pdf": lambda: pdf_saying("Hướng dẫn tắt macro: CreateObject(\"WScript.Shell\"), #!/bin/sh, @echo off"),
    "cong-van.docx": lambda: document(),
    "nhieu.zip": lambda: zipped(a_pdf=tiny_pdf(), b__c_docx=document(), d_txt="Chữ thường <b>đậm</b>".encode()),
    "anh.png": lambda: b"\x89PNG\r\n" + b"MZ" * 40,
    "cu.doc": lambda: OLE + b"\0" * 3000 + "WordDocument".encode("utf-16-le"),
    "giai-thich.txt": lambda: "Trang HTML có thẻ <html> nhưng không có mã nào khác.".encode(),
    "rong.txt": lambda: b"",
}  # fmt: skip


@pytest.mark.parametrize("name", FREE)
def test_what_does_none_goes_through(name):
    assert seen(name, FREE[name]()) == danger.Look()


def test_an_archive_of_a_kind_that_is_not_opened_is_said_to_be_closed():
    found = seen("du-lieu.rar", b"Rar!\x1a\x07\x00" + b"\0" * 50)
    assert not found.held and "không xem được bên trong" in found.words
    assert "7z" in seen("a.zip", zipped(b_bin=b"7z\xbc\xaf\x27\x1c" + b"\0" * 50)).words


def test_a_bomb_costs_no_more_than_it_may():
    """A gigabyte of nothing in a megabyte; one that lies about its length; very many files; as many again inside."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.txt", "w", force_zip64=True) as one,
    ):
        for _ in range(64):
            one.write(b"\0" * (1 << 20))
    big = out.getvalue()
    lying = bytearray(big)
    at = lying.index(b"PK\x01\x02") + 24
    lying[at : at + 4] = struct.pack("<I", 10)
    many = zipped(**{f"a{n}_txt": b"" for n in range(danger.MAX_MEMBERS + 1)})
    started = time.process_time()
    assert "phình ra" in seen("bom.zip", big).words
    assert seen("doi.zip", bytes(lying)).held
    assert "hơn" in seen("nhieu.zip", many).words
    assert "phình ra" in seen("trong.zip", zipped(a_zip=big)).words
    assert time.process_time() - started < 5


@pytest.mark.parametrize("cut", range(0, 400, 13))
def test_no_broken_file_breaks_the_look(cut):
    """Cut anywhere, with any byte changed: an answer, never an error."""
    data = bytearray(zipped(a_txt=b"abc" * 50, b__c_docx=document()))
    data[cut % len(data)] ^= 0xFF
    for broken in (bytes(data), bytes(data[:cut])):
        assert isinstance(seen("a.zip", broken), danger.Look)


def test_a_form_takes_no_such_file_and_says_why(db):
    with pytest.raises(ValidationError, match="có macro"):
        uploads.attachment(SimpleUploadedFile("cong-van.docx", HELD["cong-van.docx"][0]))
    with pytest.raises(ValidationError, match=r"tai\.lieu\.exe"):
        uploads.attachment(SimpleUploadedFile("goi.zip", HELD["goi.zip"][0]))


def test_a_name_that_turns_letters_round_is_straightened():
    assert uploads.safe_name("bao-cao\u202efdp.exe") == "bao-cao fdp.exe"
