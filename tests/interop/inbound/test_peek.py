"""What an operator sees of a package nobody could read: who sent what where, and never what it says."""

import time
from pathlib import Path

import pytest

from interop.secrecy.redacted import header_of, without_content

SAMPLES = Path(__file__).parents[2] / "samples" / "edxml"
SECRET = "Về việc tuyệt đối kín"


def test_a_real_package_shows_who_and_which_number_and_not_what_about():
    shown = header_of((SAMPLES / "01_edoc_new.edxml").read_bytes())
    assert "000.00.00.A80" in shown and "<edXML:CodeNotation>VPCP-TTĐT" in shown
    assert "liên thông phần mềm" not in shown and "<edXML:Subject>[...]" in shown


@pytest.mark.parametrize(
    "raw",
    [
        f"<Subject><![CDATA[{SECRET}]]></Subject>",
        f"<Subject><![CDATA[<b>{SECRET}</b>{SECRET}]]></Subject>",
        f"<Subject>a<!-- x -->{SECRET}</Subject>",
        f"<Subject>a<b>{SECRET}",
        f"<Appendix>{SECRET}</Appendix>",
        f"<!-- {SECRET} -->{SECRET}",
        f'<Attachment name="{SECRET}"/>',
        f"{SECRET}<edXML>",
        f"<{SECRET}>",
    ],
)
def test_no_way_of_writing_it_lets_the_title_through(raw):
    for shown in (header_of(f"<edXML>{raw}".encode()), header_of(raw.encode())):
        assert "kín" not in shown and "tuyệt" not in shown
    for taken in (without_content(f"<edXML>{raw}".encode()), without_content(raw.encode())):
        assert "kín" not in taken.decode() and "tuyệt" not in taken.decode()
    shown = header_of(f"<edXML>{raw}".encode("utf-16"))
    assert "kín" not in shown.replace("\0", "")


@pytest.mark.parametrize("unit", [b"<", b"Content ", b"<Content ", b"<a>", b"<OrganId>", b"\x00"])
def test_a_hostile_head_costs_nothing(unit):
    began = time.process_time()
    assert len(header_of(b"<" + unit * 100_000)) <= 2000
    assert time.process_time() - began < 2


def test_bytes_without_a_tag_say_so():
    assert "không có thẻ" in header_of(b"PK\x03\x04").lower()
