"""Whatever the bytes, reading gives a message or an EdxmlError."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from interop.edxml import Edoc, EdxmlError, Status, read

from .edxml_cases import SAMPLES, UUID, attachment, package, zipped

SOURCES = [path.read_bytes() for path in sorted(SAMPLES.glob("*.edxml"))]
NASTY = [
    b"\x00",
    b"\xff\xfe",
    b"<",
    b"]]>",
    b"<!DOCTYPE a [",
    b"<![CDATA[",
    b"&#0;",
    b"&#xD800;",
    b"&amp;",
    b"-1",
    b"9" * 5000,
    b"null",
    b"0000/00/00 99:99:99",
    b"9999-12-31T23:59:59-23:59",
    b"UEsDBA==",
    "٣Mật\u202e".encode(),
    b"<To/>",
    b"</edXML:MessageHeader>",
]
PATCH = st.tuples(st.integers(0, 10_000), st.integers(0, 60), st.sampled_from(NASTY) | st.binary(max_size=8))


def survives(source: bytes) -> None:
    try:
        message = read(source)
    except EdxmlError as refusal:
        assert re.match(r"[NRMT]\.\w", refusal.path)
        assert refusal.reason
    else:
        assert isinstance(message, Edoc | Status)


@given(st.binary(max_size=300))
def test_random_bytes(source):
    survives(source)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(SOURCES), st.lists(PATCH, min_size=1, max_size=4))
def test_mutated_samples(source, patches):
    for position, length, put in patches:
        at = position % len(source)
        source = source[:at] + put + source[at + length :]
    survives(source)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SOURCES), st.integers(0, 300), st.sampled_from(NASTY))
def test_samples_with_another_value_in_one_element(source, index, value):
    values = list(re.finditer(rb">([^<>]*)<", source))
    chosen = values[index % len(values)]
    survives(source[: chosen.start(1)] + value + source[chosen.end(1) :])


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 255)), max_size=6),
    st.sampled_from(["pdf", "docx"]),
)
def test_mutated_zips(flips, ending):
    data = bytearray(zipped({f"{UUID}.{ending}": b"%PDF" * 20}))
    for position, value in flips:
        data[position % len(data)] = value
    survives(package(files=attachment(bytes(data), f"a.{ending}", "application/zip")))


@given(st.text(max_size=120))
def test_any_text_as_subject_and_file_name(text):
    escaped = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff<&\"]", "", text)
    survives(package(subject=f"<Subject>{escaped}</Subject>", files=attachment(b"%PDF", escaped)))
