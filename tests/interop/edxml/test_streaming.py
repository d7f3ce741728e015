"""Attachments pass the codec a little at a time, and say the same as when everything is in memory."""

import base64
import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from interop.edxml import Attachment, EdxmlError, InFile, Organ, read, write, write_to
from tests.interop.edxml.cases import SAMPLES, UUID, attachment, full_edoc, package, zipped

ROOT = Path(__file__).parents[3]


class Dripping(io.RawIOBase):
    """A stream that gives a few bytes at a time, as a network may."""

    def __init__(self, data: bytes, steps: list[int]):
        super().__init__()
        self._data, self._steps, self._turn = io.BytesIO(data), steps, 0

    def read(self, size: int = -1) -> bytes:
        self._turn += 1
        return self._data.read(min(size, self._steps[self._turn % len(self._steps)]))


def on_disk(folder: Path, data: bytes) -> InFile:
    path = folder / "a"
    path.write_bytes(data)
    return InFile.at(path)


@pytest.mark.parametrize("name", ["a.pdf", "a.zip", "a.docx", "a.txt", "giả.pdf"])
def test_a_file_of_the_disk_is_packed_like_bytes_and_comes_back(tmp_path, name):
    data = {"a.pdf": b"%PDF", "a.txt": b"chu "}.get(name, zipped({"x": b"y" * 9000})) + b"0123456789" * 30_001
    message = full_edoc(attachments=[Attachment(name, on_disk(tmp_path, data), content_id="1")])
    with tempfile.TemporaryFile() as out:
        write_to(message, out)
        out.seek(0)
        assert out.read() == write(full_edoc(attachments=[Attachment(name, data, content_id="1")]))
        out.seek(0)
        (file,) = read(out).attachments
    assert (file.data, file.size) == (data, len(data))  # also after the package is closed
    assert file == Attachment(name, data, file.content_type, "1")


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.edxml")), ids=lambda path: path.stem)
@pytest.mark.parametrize("step", [1, 7, 1000])
def test_a_sample_that_drips_in_is_the_same(path, step):
    source = path.read_bytes()
    assert read(Dripping(source, [step])) == read(source)


def test_contents_are_read_at_several_places_at_once():
    first, second = b"%PDF-1" + b"a" * 99, b"%PDF-2" + b"b" * 99
    one, two = read(
        package(files=attachment(first, "1.pdf") + attachment(zipped({f"{UUID}.txt": second}), "2.txt"))
    ).attachments
    with one.content.open() as left, two.content.open() as right, one.content.open() as again:
        assert (left.read(7), right.read(7), again.read(6)) == (b"%PDF-1a", b"%PDF-2b", b"%PDF-1")
        assert (left.seek(-2, io.SEEK_END), left.read(), right.read()) == (103, b"aa", second[7:])
    assert one.content != two.content


def test_nothing_is_written_of_a_message_that_is_refused():
    out = io.BytesIO()
    with pytest.raises(EdxmlError):
        write_to(full_edoc(receivers=[Organ("A"), Organ("A")]), out)
    assert out.getvalue() == b""


def test_what_the_reader_would_refuse_is_not_written():
    """80 MB that pack into nothing are a bomb to any receiver of ours."""
    with pytest.raises(EdxmlError) as refusal:
        write(full_edoc(attachments=[Attachment("a.txt", bytes(80 << 20))]))
    assert refusal.value.path == "R.AttachmentEncoded.Attachment[1].ContentTransferEncoded"


DRESSES = [
    "{}",
    "{}",
    "\n {}\r\n",
    "<![CDATA[{}]]>",
    "<![CDATA[\n{} ]]>",
    "<!-- <![CDATA[ {} -->{}",
    "<?note <![CDATA[ ?>{}",
    "{}<x>khong<![CDATA[ tính ]]></x>",
    "{}&#13;&#x0A;",
    "chars",
]
PIECE = st.tuples(st.integers(0, 30), st.sampled_from(DRESSES))
WHOLE = re.compile("(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")  # RFC 4648
FLAWS = st.sampled_from([""] * 6 + ["*", "=", "====", "é", "\u00a0", "AA", "]", "AAAA", "\ufeff", "&#65;="])


def dressed(text: str, pieces: list[tuple[int, str]]) -> str:
    done = ""
    for length, dress in pieces:
        piece, text = text[:length], text[length:]
        done += "".join(f"&#{ord(c)};" for c in piece) if dress == "chars" else dress.replace("{}", piece)
    return done + text


def expected(source: bytes) -> bytes | None:
    """What a plain reader, everything in memory, makes of the file; None when it is not base64."""
    root = etree.fromstring(source, etree.XMLParser(resolve_entities=False, huge_tree=True))
    content = next(root.iter("ContentTransferEncoded"))
    text = "".join(content.xpath("text()"))
    packed = re.sub("[ \t\r\n]", "", text)
    return base64.b64decode(packed) if WHOLE.fullmatch(packed) else None


@settings(max_examples=400, deadline=None)
@given(
    data=st.binary(max_size=60).filter(lambda data: not data.startswith(b"PK")),
    times=st.sampled_from([1, 1, 1, 1, 3000]),
    pieces=st.lists(PIECE, max_size=8),
    flaw=FLAWS,
    at=st.integers(0, 90),
    encoding=st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16"]),
    steps=st.lists(st.integers(1, 400), min_size=1, max_size=4),
)
def test_however_base64_is_spelt_the_file_is_what_a_plain_reader_finds(
    data, times, pieces, flaw, at, encoding, steps
):
    text = base64.b64encode(data * times).decode()
    written = (
        dressed(text[:at] + flaw + text[at:], pieces) if flaw != "&#65;=" else dressed(text, pieces) + flaw
    )
    source = package(files=attachment(written)).decode().encode(encoding)
    want = expected(source)
    step = steps if times == 1 else [64 * step for step in steps]
    if want is None:
        with pytest.raises(EdxmlError) as refusal:
            read(Dripping(source, step))
        assert refusal.value.path == "M.AttachmentEncoded.Attachment[1].ContentTransferEncoded"
    else:
        assert [file.data for file in read(Dripping(source, step)).attachments] == [want]


@pytest.mark.parametrize("dress", ["<![CDATA[{}]]>", "\r\n{}", "<!-- -->{}"])
def test_a_long_file_may_be_dressed_too(dress):
    """The parser keeps a CDATA section until it has all of it; this one is longer than it may keep."""
    data = b"%PDF" + bytes(range(256)) * 50_000
    text = re.sub("(.{76})", r"\1\r\n", base64.b64encode(data).decode())
    (file,) = read(package(files=attachment(dress.format(text)))).attachments
    assert file.data == data


MEASURED = """
import sys, tempfile
from pathlib import Path
from interop.edxml import Attachment, InFile, read, write_to
from tests.interop.edxml.cases import full_edoc

def most():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) * 1024

path = Path(sys.argv[1])
message = full_edoc(attachments=[Attachment("a.pdf", InFile.at(path))])
with tempfile.TemporaryFile() as small:
    write_to(full_edoc(), small)
    small.seek(0)
    read(small)
before = most()
with tempfile.TemporaryFile() as package:
    write_to(message, package)
    assert package.tell() > 300_000_000
    package.seek(0)
    (file,) = read(package).attachments
assert file.sha256 == message.attachments[0].sha256
print(most() - before)
"""


def test_a_package_of_300_mb_takes_less_than_100_mb_of_memory(tmp_path):
    path = tmp_path / "van-ban.pdf"
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        for number in range(226):
            file.write(bytes([number]) * (1 << 20))
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path)], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 100_000_000
