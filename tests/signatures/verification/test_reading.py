"""Our reading of PDF files beside pyHanko's and qpdf's: the same objects, or a plain refusal."""

import io
import random
import zlib
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from signatures.verification.pdf import File, Ref, Stream, Unreadable
from signatures.verification.pdf.encryption import NeedsPassword
from signatures.verification.pdf.streams import Budget
from signatures.verification.pdf.syntax import read_object, read_value
from tests.signatures.attacks import tools
from tests.signatures.attacks.cast import Cast

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases"


@pytest.fixture(scope="module")
def cast(tmp_path_factory) -> Cast:
    return Cast(tmp_path_factory.mktemp("cast"))


@pytest.fixture(scope="module")
def files(cast) -> list[bytes]:
    others = [path.read_bytes() for path in sorted(CASES.glob("[defhisv]*/*signed*.pdf"))]
    return [cast.prepared, cast.sealed, cast.approve_at("B-LTA"), *others]


def plain(value):
    """pyHanko's objects as ours."""
    if isinstance(value, generic.IndirectObject):
        return Ref(value.idnum, value.generation)
    if isinstance(value, generic.StreamObject):
        return Stream({k[1:]: plain(v) for k, v in dict.items(value)}, memoryview(value.encoded_data))
    if isinstance(value, dict):
        return {k[1:]: plain(v) for k, v in dict.items(value)}
    if isinstance(value, list):
        return [plain(one) for one in list.__iter__(value)]
    if isinstance(value, generic.NameObject):
        return str(value)[1:]
    if isinstance(value, (generic.TextStringObject, generic.ByteStringObject)):
        return bytes(value.original_bytes)
    if isinstance(value, generic.BooleanObject):
        return value.value
    if isinstance(value, generic.NullObject):
        return None
    return float(value) if isinstance(value, generic.FloatObject) else int(value)


def test_every_object_of_every_revision_is_the_one_pyhanko_reads(files):
    for pdf in files:
        theirs = PdfFileReader(io.BytesIO(pdf), strict=False)
        if theirs.encrypted:
            continue
        ours = File(pdf)
        ends = [ours.end, *(one.byte_range[2] + one.byte_range[3] for one in theirs.embedded_signatures)]
        for end in ends:
            revision, other = ours.revision(end), PdfFileReader(io.BytesIO(pdf[:end]), strict=False)
            for number in revision.table:
                wanted = other.get_object(generic.Reference(number, revision.generation(number), other))
                assert revision.get(Ref(number, 0)) == plain(wanted), number


def test_files_in_every_form_that_qpdf_writes_are_read_as_qpdf_reads_them(cast):
    forms = [
        {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
        {"object_stream_mode": pikepdf.ObjectStreamMode.disable},
        {"linearize": True},
    ]
    for how in forms:
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(cast.prepared)) as pdf:
            pdf.save(out, **how)
        ours = File(out.getvalue()).newest
        with pikepdf.open(io.BytesIO(out.getvalue())) as theirs:
            for one in theirs.objects:
                number = one.objgen[0]
                found = ours.get(Ref(number, 0))
                if isinstance(one, pikepdf.Stream) and one.get("/Type") not in ("/XRef", "/ObjStm"):
                    assert bytes(found.raw) == one.read_raw_bytes()
                if isinstance(one, pikepdf.Dictionary):
                    assert found.keys() == {key[1:] for key in one}


TEXTS = [
    b"/Name", b"/A#20B", b"/A/B", b"12", b"-3", b"+4", b"1.5", b".5", b"-.5", b"5.", b".", b"--1", b"1 0 R", b"1 0 Rx", b"1 0",
    b"(text)", b"(a(b)c)", b"(a\\)b)", b"(\\101\\n\\\\)", b"(", b"<41>", b"<4 1>", b"<4>", b"<4g>", b"<>", b"true",
    b"null", b"truex", b"<< /A 1 /B [1 2 /C (d)] >>", b"<< /A >>", b"<< 1 2 >>", b"[1 [2 [3]]]", b"[1 2",
    b"<< /A << /B 1 0 R >> >>", b"% note\n1", b"[1 % note\n2]", b"<< /K#41 (x) >>", b"[/A/B(c)<41>1 0 R 2]",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_a_value_is_the_one_pyhanko_reads_or_it_is_refused(text):
    for around in (b"\n%s\nendobj\n", b"[%s]\nendobj", b"<</X %s>>\nendobj"):
        data = b"7 0 obj" + around % text
        try:
            ours = read_object(data, 0, Ref(7, 0), lambda ref: None)
        except Unreadable:
            continue
        stream = io.BytesIO(data)
        stream.seek(7)
        generic.read_non_whitespace(stream, seek_back=True)
        wanted = generic.read_object(stream, generic.Reference(7, 0, None))
        assert ours.value == plain(wanted) or ours.odd, data


def test_what_readers_may_take_in_two_ways_is_noted():
    for body, why in [
        (b"<< /A 1 /A 2 >> endobj", "a key twice"),
        (b"<< /A 1 /#41 2 >> endobj", "a key twice"),
        (b"<< /Length 9 >> stream\nabc\nendstream endobj", "length of a stream"),
        (b"<< /Length 3 >> stream\rabc\nendstream endobj", "line end before a stream"),
        (b"<< /A 1 >>", "no endobj"),
    ]:
        assert why in read_object(b"7 0 obj " + body, 0, Ref(7, 0), lambda ref: None).odd
    assert "generation" in read_object(b"7 1 obj 5 endobj", 0, Ref(7, 0), lambda ref: None).odd


def test_strings_are_read_as_the_standard_says():
    for text, wanted in [
        (rb"(a\053b)", b"a+b"), (rb"(\5z)", b"\x05z"), (rb"(\\n)", b"\\n"), (b"(a\\\nb)", b"ab"), (b"(a\r\nb)", b"a\nb"),
        (b"(((x)))", b"((x))"), (rb"(\(x)", b"(x"), (b"<4 1 4>", b"A@"),
    ]:  # fmt: skip
        assert read_value(text, 0).value == wanted


def test_damaged_files_are_read_or_refused_and_nothing_else_happens(files):
    dice = random.Random(4711)
    for _ in range(150):
        broken = bytearray(dice.choice(files))
        for _ in range(dice.randrange(1, 30)):
            broken[dice.randrange(len(broken))] = dice.choice(b"/<>[]()% 0123456789abR\n\0")
        try:
            revision = File(bytes(broken)).newest
            for number in revision.table:
                revision.parsed(number)
        except (Unreadable, NeedsPassword):
            continue


def test_every_png_predictor_gives_back_what_was_packed():
    rows, columns = [bytes(random.Random(9).randbytes(5)) for _ in range(6)], 5
    packed, above = b"", bytes(columns)
    for index, row in enumerate(rows):
        kind = index % 5
        packed += bytes([kind]) + _predicted(kind, row, above)
        above = row
    entries = {"Filter": "FlateDecode", "DecodeParms": {"Predictor": 15, "Columns": columns}}
    assert Budget().decode(entries, zlib.compress(packed)) == b"".join(rows)


def _predicted(kind: int, row: bytes, above: bytes) -> bytes:
    out = []
    for i, value in enumerate(row):
        left, up, corner = row[i - 1] if i else 0, above[i], above[i - 1] if i else 0
        paeth = min(
            (abs(up - corner), 0, left), (abs(left - corner), 1, up), (abs(left + up - 2 * corner), 2, corner)
        )[2]
        out.append(value - (0, left, up, (left + up) // 2, paeth)[kind] & 255)
    return bytes(out)


def test_nesting_and_bombs_beyond_all_measure_are_refused():
    with pytest.raises(Unreadable, match="nested too deeply"):
        read_object(b"7 0 obj " + b"[" * 500 + b"]" * 500 + b" endobj", 0, Ref(7, 0), lambda ref: None)
    bomb = zlib.compress(bytes(50_000_000))
    with pytest.raises(Unreadable):
        Budget().decode({"Filter": "FlateDecode"}, bomb)


def test_an_object_that_reaches_behind_its_revision_is_no_part_of_it(cast):
    """The index names a place just before the end; the object itself is written later."""
    number = tools.next_number(cast.prepared)
    table = (
        b"xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Size %d /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
    )
    prev, begun = PdfFileReader(io.BytesIO(cast.prepared)).last_startxref, len(cast.prepared)
    rough = table % (number, 0, number + 1, prev, begun)
    end = begun + len(rough)
    pdf = cast.prepared + table % (number, end - 1, number + 1, prev, begun)
    assert File(pdf).newest.parsed(number) is None
    longer = File(pdf + b"%d 0 obj\n(later)\nendobj\nstartxref\n%d\n%%%%EOF\n" % (number, begun))
    with pytest.raises(Unreadable):
        longer.revision(end).parsed(number)
