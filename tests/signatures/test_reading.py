"""Our quick reading of PDF objects beside pyHanko's own: the same objects, or the same refusal."""

import io
import random

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY
from pyhanko.sign.diff_analysis.policies import _is_id

from signatures.verification import objects
from signatures.verification.changes import Changes
from signatures.verification.reading import Reader

from .attacks.cast import Cast


@pytest.fixture(scope="module")
def cast(tmp_path_factory) -> Cast:
    return Cast(tmp_path_factory.mktemp("cast"))


@pytest.fixture(scope="module")
def files(cast) -> list[bytes]:
    return [cast.prepared, cast.sealed, cast.approve(cast.prepared, box=(60, 60, 200, 120))]


def same(one, other) -> bool:
    return type(one) is type(other) and _is_id(one, other)


def test_every_object_of_every_revision_is_read_alike_and_at_once(files, monkeypatch):
    slow = []
    plain = PdfFileReader._read_object
    monkeypatch.setattr(
        Reader.__mro__[1], "_read_object", lambda *a, **k: slow.append(a[1]) or plain(*a, **k)
    )
    for pdf in files:
        ours, theirs = Reader(pdf), PdfFileReader(io.BytesIO(pdf), strict=False)
        slow.clear()
        for revision in range(theirs.xrefs.total_revisions):
            for ref in theirs.xrefs.explicit_refs_in_revision(revision):
                assert same(
                    ours.get_object(ref, revision=revision), theirs.get_object(ref, revision=revision)
                )
                assert same(
                    ours.get_historical_resolver(revision)(ref), theirs.get_historical_resolver(revision)(ref)
                )


TEXTS = [
    b"/Name", b"/A#20B", b"/A/B", b"12", b"-3", b"+4", b"1.5", b".5", b"-.5", b"5.", b".", b"--1", b"1 0 R", b"1 0 Rx", b"1 0",
    b"(text)", b"(a(b)c)", b"(a\\)b)", b"(\\101\\n\\\\)", b"(\\8)", b"(a\rb)", b"(", b"<41>", b"<4 1>", b"<4>", b"<4g>", b"<>", b"true",
    b"null", b"truex", b"<< /A 1 /B [1 2 /C (d)] >>", b"<< /A 1 /A 2 >>", b"<< /A >>", b"<< 1 2 >>", b"[1 [2 [3]]]", b"[1 2",
    b"<< /A << /B 1 0 R >> >>", b"% note\n1", b"[1 % note\n2]", b"<< /K#41 (x) >>", b"[/A/B(c)<41>1 0 R 2]", b"\xc3\xa1", b"/\xc3\xa1",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_read_at_once_is_what_pyhanko_reads(text, cast):
    handler = Reader(cast.prepared)
    ref = generic.Reference(7, 0, handler)
    for around in (b"\n%s\nendobj\n", b" %s endobj ", b"[%s]\nendobj", b"<</X %s>>\nendobj"):
        data = b"7 0 obj" + around % text
        try:
            ours = objects.read_whole(data, 0, ref)
        except objects.Unusual:
            continue
        stream = io.BytesIO(data)
        stream.seek(7)
        generic.read_non_whitespace(stream, seek_back=True)
        assert same(ours, generic.read_object(stream, ref)), data


def test_damaged_files_are_read_alike_or_not_at_all(files):
    dice = random.Random(4711)
    for _ in range(60):
        broken = bytearray(dice.choice(files))
        for _ in range(dice.randrange(1, 30)):
            broken[dice.randrange(len(broken))] = dice.choice(b"/<>[]()% 0123456789abR\n\0")
        pdf = bytes(broken)
        try:
            theirs = PdfFileReader(io.BytesIO(pdf), strict=False)
            refs = theirs.xrefs.explicit_refs_in_revision(theirs.xrefs.total_revisions - 1)
            ours = Reader(pdf)
        except Exception:
            continue
        for ref in refs:
            try:
                wanted = theirs.get_object(ref)
            except Exception:
                continue
            assert same(ours.get_object(ref), wanted), ref


def test_changes_are_judged_as_pyhanko_judges_them(cast):
    twice = cast.approve(cast.approve(cast.prepared), field="Hai", who="Người Hai", box=(60, 60, 200, 120))
    for pdf in (cast.sealed, twice, cast.approve(cast.signed, field="Ba"), cast.approve_at("B-LTA")):
        ours, theirs = Reader(pdf), PdfFileReader(io.BytesIO(pdf), strict=False)
        changes = Changes(ours)
        for one, other in zip(ours.embedded_signatures, theirs.embedded_signatures, strict=True):
            other.compute_integrity_info(DEFAULT_DIFF_POLICY)
            told = other.summarise_integrity_info()
            level, allowed = changes.after(one)
            if told["diff_result"].modification_level.value > 0:
                assert (level, allowed) == (told["diff_result"].modification_level, told["docmdp_ok"])


def test_ways_to_objects_are_those_pyhanko_finds(files):
    for pdf in files:
        ours, theirs = Reader(pdf), PdfFileReader(io.BytesIO(pdf), strict=False)
        last = theirs.xrefs.total_revisions - 1
        mine, other = ours.get_historical_resolver(last), theirs.get_historical_resolver(last)
        mine._load_reverse_xref_cache()
        other._load_reverse_xref_cache()
        assert set(mine._indirect_object_access_cache) == set(other._indirect_object_access_cache)
        for ref in other._indirect_object_access_cache:
            assert mine._get_usages_of_ref(ref) == other._get_usages_of_ref(ref)


def test_nesting_beyond_all_measure_is_refused(cast):
    ref = generic.Reference(7, 0, Reader(cast.prepared))
    with pytest.raises(Exception, match="nested too deeply"):
        objects.read_whole(b"7 0 obj " + b"[" * 500 + b"]" * 500 + b" endobj", 0, ref)
