"""Whatever the bytes, reading gives a message or an EdxmlError."""

import random
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interop.edxml import Edoc, EdxmlError, Status, read
from tests.interop.edxml.cases import SAMPLES, UUID, attachment, package, zipped

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


def mutated(source: bytes, chance: random.Random) -> bytes:
    """One to three changes of the kinds that break readers: bits, cuts, repeats, moves, nasty values."""
    for _ in range(chance.randint(1, 3)):
        at, length = chance.randrange(len(source) + 1), chance.choice([1, 1, 4, 60, 600])
        piece = source[at : at + length]
        source = chance.choice(
            [
                source[:at] + bytes(b ^ 1 << chance.randrange(8) for b in piece) + source[at + length :],
                source[:at] + source[at + length :],
                source[:at],
                source[:at] + piece * chance.choice([2, 50]) + source[at + length :],
                piece + source,
                source[:at] + chance.choice(NASTY) + source[at:],
            ]
        )
    return source


@pytest.mark.parametrize("index", range(len(SOURCES)))
def test_mutation_run_over_the_samples(index):
    """The same 600 mutants of each sample every time."""
    chance = random.Random(index)
    for _ in range(600):
        survives(mutated(SOURCES[index], chance))


def many(piece: str, size: int = 30_000_000) -> str:
    return piece * (size // len(piece))


def numbered(piece: str, count: int) -> str:
    return "".join(piece.format(number) for number in range(count))


HOSTILE = {
    "comment": lambda: package(head=f"<!--{many('x')}-->"),
    "attribute": lambda: package(head=f"<x a='{many('y')}'/>"),
    "instruction": lambda: package(head=f"<?x {many('y')}?>"),
    "text": lambda: package(head=f"<x>{many('y')}</x>"),
    "letters one by one": lambda: package(head=f"<x>{many('&#1234;')}</x>"),
    "blanks before": lambda: many(" ").encode() + package(),
    "blanks behind": lambda: package() + many("\n").encode(),
    "one tag": lambda: b"<" + many("a").encode(),
    "attributes": lambda: package(head="<x " + numbered("a{}='' ", 400_000) + "/>"),
    "namespaces": lambda: package(head="<x " + numbered("xmlns:a{}='u' ", 300_000) + "/>"),
    "marks on one letter": lambda: package(
        subject=f"<Subject>a{many(chr(0x301) + chr(0x323), 3_000_000)}</Subject>"
    ),
    "blanks after a type": lambda: package(
        head=f"<DocumentType><TypeName>Công văn{many(' ', 4_000_000)}x</TypeName></DocumentType>"
    ),
    "brackets": lambda: package(subject=f"<Subject>{many('( ', 4_000_000)}</Subject>"),
    "digits": lambda: package(head=f"<DueDate>{many('9', 4_000_000)}</DueDate>"),
    "base64 letter by letter": lambda: package(files=attachment(many("&#65;"))),
    "base64 between comments": lambda: package(files=attachment(many("AAAA<!---->"))),
    "section in section": lambda: package(files=attachment(many("<![CDATA[AAAA]]>"))),
    "files": lambda: package(head=many("<ContentTransferEncoded>AAAA</ContentTransferEncoded>", 4_000_000)),
    "file in a file": lambda: package(files=attachment(many("<ContentTransferEncoded>", 1000))),
    "entries of a zip": lambda: package(
        files=attachment(zipped(dict.fromkeys(map(str, range(90_000)), b"")), "a.doc")
    ),
}
BOUNDED = """
import resource, sys
from tests.interop.edxml.test_fuzz import HOSTILE, survives
source = HOSTILE[sys.argv[1]]()
def most():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) * 1024
before = most()
survives(source)
print(most() - before)
"""


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_packages_take_neither_time_nor_memory_without_bound(kind):
    """In a process of its own, which the system kills after a minute of its processor: minutes are what they
    would take. Most are refused or done in a second."""
    done = subprocess.run(
        [sys.executable, "-c", BOUNDED, kind],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (60, 60)),
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 200_000_000
