"""What else is in a signed file, JavaScript or another file, is told wherever its verdict is."""

import json

from django.template.loader import render_to_string

from signatures.public_words import verdict_in_words
from signatures.verification.verdict import Verdict
from signatures.verification.wire import from_verdict, to_verdict
from signatures.verify import main as command_line
from tests.conftest import tiny_pdf
from tests.documents.desks import at_desk, words

REMARK = "tệp có JavaScript, chạy khi mở."
SHOWN = "Lưu ý: Tệp có JavaScript, chạy khi mở."


def test_remarks_go_with_the_verdict_and_older_verdicts_have_none():
    found = Verdict("valid", [], [], remarks=[REMARK])
    said = json.loads(json.dumps(from_verdict(found)))
    assert to_verdict(said) == found
    del said["remarks"]
    assert to_verdict(said).remarks == []


def test_the_command_tells_them(tmp_path, capsys):
    (file := tmp_path / "a.pdf").write_bytes(tiny_pdf())
    command_line([str(file), "--offline"])
    assert json.loads(capsys.readouterr().out)["remarks"] == []


def test_the_clerk_and_whoever_reads_the_paper_see_them(office):
    paper = office.paper(signature_verdict="valid", signature_report={"remarks": [REMARK]})
    lan = at_desk(office.lan)
    for page in (f"{paper.get_absolute_url()}vao-so/", paper.get_absolute_url()):
        assert SHOWN in words(lan.get(page))


def test_a_stranger_sees_them_on_the_public_page():
    said = verdict_in_words("valid", {"remarks": [REMARK]})
    assert SHOWN in render_to_string("signatures/_public_verdict.html", {"verdict": said})
    assert verdict_in_words("valid", {})["remarks"] == []
