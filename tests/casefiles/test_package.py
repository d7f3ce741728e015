"""A file as AIP, as SIP, as .pdf and .xml: made by the worker, judged by the public validator, checked byte by byte, read back."""

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import override_settings
from django.utils import timezone
from lxml import etree

from casefiles.actions import whole
from casefiles.actions.exports import KEPT_FOR, ask_export, forget_old, make_waiting, path_of
from casefiles.actions.exports import folder as exports_folder
from casefiles.actions.gathering import contents_of
from casefiles.models import CaseEvent, CaseFile, Export, Item, Member
from casefiles.package import tt05
from casefiles.package.boxes import opened
from casefiles.package.checking import selfcheck
from documents import blobs
from documents.journey import NotAllowedNow
from documents.models import Blob, Incoming
from ops import judge
from orgs.models import Notice, Role
from tests.casefiles.packing import keeper_of, made, taken_over
from tests.documents.desks import at_desk, words

pytestmark = pytest.mark.django_db
PACKAGES = [("AIP", "tt05"), ("AIP", "eark"), ("SIP", "tt05"), ("SIP", "eark")]
# What the judge may find, and nothing else. SIP14 asks for what METS forbids, CSIP63 is a fault of the rule itself; CSIP103 and
# SIP2 are where the circular leaves E-ARK.
GATE = {
    ("AIP", "eark"): set(),
    ("SIP", "eark"): {"SIP14"},
    ("AIP", "tt05"): {"CSIP63", "CSIP103"},
    ("SIP", "tt05"): {"CSIP63", "CSIP103", "SIP2", "SIP14"},
}


@pytest.fixture(scope="module")
def office(bare_module_office):
    office = bare_module_office
    with override_settings(STORAGES=office.storages):
        office.keeper = keeper_of(office)
        office.case = taken_over(office)
        office.packages = {one: path_of(made(office.case, office.keeper, *one)) for one in PACKAGES}
        office.whole = made(office.case, office.hoa, "whole")
        yield office


@pytest.fixture(autouse=True)
def _files(office, settings):
    settings.STORAGES = office.storages


@pytest.fixture
def folder(office, tmp_path):
    """Unpacked, one of them."""

    def unpack(*which: str) -> Path:
        path = office.packages[which] if which else path_of(office.whole)
        shutil.unpack_archive(path, tmp_path / "unpacked", "zip")
        (root,) = (tmp_path / "unpacked").iterdir()
        return root

    return unpack


def faults(path: Path) -> list[tuple[str, str]]:
    with opened(path) as box:
        return [(one.kind, one.name.partition("/")[2]) for one in selfcheck(box)]


def rewritten(source: Path, target: Path, change) -> Path:
    """The same ZIP with `change(name, data)` done to each member; None leaves it out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        new.comment = old.comment
        for name in old.namelist():
            if (data := change(name, old.read(name))) is not None:
                new.writestr(name, data)
    return target


def test_the_public_judge_says_no_more_than_the_gate(office):
    try:
        judge.python()
    except judge.Unavailable as why:
        if sys.version_info >= judge.NO_WHEEL:
            pytest.skip(str(why))
        pytest.fail(str(why))
    found = judge.judged(*(office.packages[one] for one in PACKAGES))
    for which, said in zip(PACKAGES, found, strict=True):
        assert (said["structure"], said["schema"]) == ("WellFormed", "VALID"), which
        assert set(said["errors"]) <= GATE[which], (which, said)
    by = dict(zip(PACKAGES, found, strict=True))
    assert by["AIP", "eark"]["schematron"] == "VALID" and by["AIP", "eark"]["warnings"] == []


@pytest.mark.parametrize("which", PACKAGES)
def test_everything_in_it_holds_against_the_schemas_it_brings_along(folder, which):
    root = folder(*which)

    def held(schema: str, paths) -> int:
        checked = etree.XMLSchema(etree.parse(root / "schemas" / schema))
        for path in (paths := list(paths)):
            assert checked.validate(etree.parse(path)), (path.name, checked.error_log)
        return len(paths)

    assert held("mets1_12.xsd", root.rglob("METS.xml")) == 2
    assert held("ead.xsd", root.rglob("EAD.xml")) == 1
    assert held("ead_doc.xsd", root.rglob("EAD_doc_*.xml")) == 3
    for level, name in ((tt05.FILE, "EAD.xml"), (tt05.PAPER, "EAD_doc_*.xml")):
        for path in root.rglob(name):
            values = {one.tag: one.text or "" for one in etree.parse(path).getroot()}
            assert list(values) == [one.key for one in tt05.fields(which[0], level)]
            assert tt05.faults(values, which[0], level) == []
    assert (root / "metadata/preservation/PREMIS.xml").exists() == (which[0] == "AIP")


@pytest.mark.parametrize("which", [("AIP", "tt05"), ("SIP", "tt05")])
def test_codes_sums_and_times_are_written_as_the_circular_has_them(office, folder, which):
    root = folder(*which)
    whole = etree.parse(root / "METS.xml").getroot()
    assert root.name == whole.get("OBJID").replace(":", "_")
    assert re.fullmatch(r"(urn:H26\.TAM002:uuid:|uuid-)[0-9A-F-]{36}", whole.get("OBJID"))
    for path in root.rglob("METS.xml"):
        text = path.read_text()
        assert all(re.fullmatch("[0-9A-F]{64}", one) for one in re.findall(r'CHECKSUM="(\w+)"', text))
        assert all(one.endswith("+07:00") for one in re.findall(r'(?:CREATE|LASTMOD)DATE?D?="([^"]+)"', text))
        assert all(one == one.upper() for one in re.findall(r'ID="(?:uuid|ID)-([^"]+)"', text))
    code = f"H26.TAM002.{office.case.year}.{office.case.code}"
    for number in (1, 2, 3):
        described = etree.parse(next(root.rglob(f"EAD_doc_{code}.{number}.xml"))).getroot()
        assert described.findtext("docCode") == f"{code}.{number:07d}"
    data = sorted(one.name for one in (root / "representations/rep1/data").iterdir())
    assert {f"{code}.1.pdf", f"{code}.2.pdf", f"{code}.2_1.xlsx", f"{code}.3.png"} <= set(data)
    agreement = whole.findtext(".//{*}altRecordID")
    assert re.fullmatch(rf"01\.NL\.H26\.TAM002\.01\.{timezone.localdate().year}", agreement)


@pytest.mark.parametrize("which", [("AIP", "tt05"), ("SIP", "eark"), ()])
def test_what_is_changed_missing_or_added_is_named(folder, which):
    root = folder(*which)
    assert faults(root) == []
    victim = next(one for one in sorted(root.rglob("*")) if one.suffix in (".png", ".xlsx"))
    name, data = victim.relative_to(root).as_posix(), victim.read_bytes()
    victim.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    (root / "them.txt").write_text("x")
    assert faults(root) == [("changed", name), ("added", "them.txt")]
    victim.unlink()
    (root / "them.txt").unlink()
    assert faults(root) == [("missing", name)]


@pytest.mark.parametrize("which", [("SIP", "tt05"), ()])
def test_one_byte_of_the_list_itself_is_noticed_too(office, tmp_path, which):
    source = office.packages[which] if which else path_of(office.whole)
    top = "METS.xml" if which else "ho-so.xml"

    def change(name, data):
        return (
            data.replace("kiện".encode(), "kiên".encode())
            if name.count("/") == 1 and name.endswith(top)
            else data
        )

    changed = rewritten(source, tmp_path / "a.zip", change)
    assert faults(source) == [] and faults(changed) == [("changed", top)]


def test_the_command_reads_it_back_without_django(office, tmp_path):
    broken = tmp_path / "broken.zip"
    rewritten(
        office.packages["SIP", "tt05"], broken, lambda name, data: None if name.endswith(".png") else data
    )
    (tmp_path / "no.zip").write_bytes(b"PK nothing")

    def asked(path) -> tuple[int, dict]:
        code = "import runpy, sys; sys.argv[1:] = [sys.argv[1]]\ntry: runpy.run_module('casefiles.package', run_name='__main__')\nfinally: assert 'django' not in sys.modules"
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(settings.BASE_DIR)}
        done = subprocess.run(
            [sys.executable, "-c", code, str(path)], capture_output=True, text=True, env=env
        )
        return done.returncode, json.loads(done.stdout)

    code, said = asked(office.packages["SIP", "tt05"])
    assert code == 0 and said["whole"] and said["kind"] == "SIP" and len(said["papers"]) == 3
    assert said["values"]["title"] == office.case.title
    code, said = asked(broken)
    assert code == 1 and [one["kind"] for one in said["faults"]] == ["missing"]
    code, said = asked(tmp_path / "no.zip")
    assert code == 2 and said["problem"]


def test_a_paper_taken_out_of_a_package_is_byte_for_byte_what_was_signed(office, tmp_path):
    if not shutil.which("pdfsig"):
        pytest.fail("poppler-utils is missing: pdfsig cannot be asked")
    blob = office.case.ours.files.get(part="main").blob
    for number, path in enumerate([*office.packages.values(), path_of(office.whole)]):
        with zipfile.ZipFile(path) as box:
            found = [
                one for one in box.namelist() if hashlib.sha256(box.read(one)).hexdigest() == blob.sha256
            ]
            assert len(found) == 1, path
            (tmp_path / f"{number}.pdf").write_bytes(box.read(found[0]))
        said = subprocess.run(
            ["pdfsig", "-nocert", tmp_path / f"{number}.pdf"], capture_output=True, text=True
        ).stdout
        assert said.count("Signature is Valid.") == 1 and "Total document signed" in said


def test_the_whole_file_is_one_bookmarked_pdf_and_one_xml_which_list_the_same(office):
    with zipfile.ZipFile(path_of(office.whole)) as box:
        names = {one.partition("/")[2]: one for one in box.namelist()}
        told = etree.fromstring(box.read(names["ho-so.xml"]))
        data = box.read(names["ho-so.pdf"])
    listed = told.findall("DanhSach/*")
    assert [one.tag for one in listed] == ["VanBanDen", "VanBanDi", "TaiLieu"]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        with pdf.open_outline() as outline:
            marks = [(one.title, pages[one.destination[0].objgen]) for one in outline.root]
    titles = [title for title, _ in marks]
    assert titles[:2] == ["Mục lục văn bản, tài liệu", "Tệp gốc kèm theo"]
    assert [title.partition(".")[0] for title in titles[2:]] == [one.get("thuTu") for one in listed]
    assert [page for _, page in marks[2:]] == [int(one.get("trang")) for one in listed]
    signed, table, photo = sorted(one for one in names if one.startswith("goc/"))[:3]
    assert {Path(one).suffix for one in (signed, table, photo)} == {".pdf", ".xlsx", ".png"}
    assert told.findtext("Title") == office.case.title and told.findtext("FileCode/OrganId") == "H26.TAM002"
    trace = {one.tag: one.text for one in listed[0].find("TraceHeaderList/TraceHeader")}
    assert (trace["TraceName"], trace["Text"]) == ("Phạm Tiến Dũng, Giám đốc", "Chủ trì tham mưu.")
    assert listed[0].findtext("ToPlaces") == "Trần Quang Minh" and listed[0].find("SignerInfo") is None
    assert listed[1].findtext("Subject") == office.case.ours.subject  # whole, however long
    assert listed[1].findtext("IssuedAmount") == "12" and listed[0].find("IssuedAmount") is None


def test_more_papers_than_are_open_at_once_are_joined_by_steps(office, monkeypatch, tmp_path):
    monkeypatch.setattr(whole, "_AT_ONCE", 2)
    whole.write_whole(office.case, tmp_path / "b.zip", post=office.hoa, at=office.whole.asked_at)

    def shape(path):
        with zipfile.ZipFile(path) as box:
            data = box.read(next(one for one in box.namelist() if one.endswith("ho-so.pdf")))
        with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_outline() as outline:
            return len(pdf.pages), [one.title for one in outline.root]

    assert shape(tmp_path / "b.zip") == shape(path_of(office.whole))
    assert [one.name for one in tmp_path.glob("b.zip*")] == ["b.zip"]


def test_a_paper_the_asker_does_not_see_is_left_out_and_named_as_left_out(office):
    other = office.post("ke", "Người Bên Cạnh", office.home_affairs, Role.OFFICER, "Chuyên viên")
    for post in (office.lan, other):  # both see the file; the clerk sees every paper too
        Member.objects.create(case=office.case, post=post, role="reads", by=office.minh, at=timezone.now())
    assert made(office.case, office.lan, "whole").left_out == 0
    half = made(office.case, other, "whole")
    assert (half.state, half.left_out) == ("ready", 2)
    with zipfile.ZipFile(path_of(half)) as box:
        told = etree.fromstring(box.read(next(one for one in box.namelist() if one.endswith("ho-so.xml"))))
        hashes = {hashlib.sha256(box.read(one)).hexdigest() for one in box.namelist()}
    assert office.case.ours.files.get(part="main").blob_id not in hashes
    left = [one for one in told.findall("DanhSach/*") if one.get("khongXuat")]
    assert len(left) == 2 and not any(one.findtext("Subject") for one in left)
    assert "không được xem" in words(at_desk(other).get(half.get_absolute_url()))


def test_a_paper_whose_content_was_destroyed_keeps_its_place(office):
    Incoming.objects.filter(pk=office.case.came.pk).update(purged_at=timezone.now())
    office.case.came.files.update(blob=None)
    one = made(office.case, office.keeper, "SIP")
    assert one.state == "ready" and faults(path_of(one)) == []
    with zipfile.ZipFile(path_of(one)) as box:
        described = [box.read(name).decode() for name in box.namelist() if "EAD_doc_" in name]
    assert (
        len(described) == 3
        and "Nội dung đã hủy" in described[0]
        and office.case.came.subject not in described[0]
    )


def test_only_a_permanent_file_goes_out_as_sip_and_only_the_archivist_packs(office):
    at = timezone.now()
    CaseFile.objects.filter(pk=office.case.pk).update(term="20")
    with pytest.raises(ValidationError, match="vĩnh viễn"):
        ask_export(office.case, kind="SIP", by=office.keeper, at=at)
    assert made(office.case, office.keeper, "AIP").state == "ready"
    with pytest.raises(PermissionDenied):
        ask_export(office.case, kind="AIP", by=office.hoa, at=at)
    CaseFile.objects.filter(pk=office.case.pk).update(state="submitted")
    with pytest.raises(NotAllowedNow):
        ask_export(office.case, kind="AIP", by=office.keeper, at=at)


def test_a_digitised_file_without_the_code_of_its_paper_is_refused_before_packing(office):
    Incoming.objects.filter(pk=office.case.came.pk).update(source="paper")
    Item.objects.filter(case=office.case).exclude(document=office.case.came.pk).update(
        removed_at=timezone.now()
    )
    assert contents_of(office.case)[0].values["confidenceLevel"] == "02"
    waiting = Export.objects.count()
    with pytest.raises(ValidationError, match="paperFileCode"):
        ask_export(office.case, kind="AIP", by=office.keeper, at=timezone.now())
    assert Export.objects.count() == waiting
    assert made(office.case, office.keeper, "AIP", paper_code="LT.K1.G2.15").state == "ready"


def test_a_file_whose_bytes_are_not_what_they_were_is_not_packed_and_its_asker_is_told(office):
    blob = Item.objects.get(case=office.case, blob__isnull=False).blob_id
    path = blobs.path_of(Blob(sha256=blob))
    data = path.read_bytes()
    try:
        path.write_bytes(data[:-1] + b"?")
        one = made(office.case, office.keeper, "AIP")
    finally:
        path.write_bytes(data)
    assert one.state == "failed" and "không còn nguyên vẹn" in one.problem and not path_of(one).exists()
    assert Notice.objects.filter(user=office.keeper.user, text__contains="Không lập được").exists()


def test_what_a_worker_had_in_hand_when_it_died_is_made_by_the_next(office):
    one = ask_export(office.case, kind="AIP", by=office.keeper, at=timezone.now())
    Export.objects.filter(pk=one.pk).update(state="making", claimed_at=timezone.now(), attempts=1, done=40)
    assert make_waiting() == 1
    one.refresh_from_db()
    assert (one.state, one.done, one.attempts) == ("ready", 100, 2) and faults(path_of(one)) == []


def test_it_is_forgotten_after_its_days_with_its_bytes(office):
    one = made(office.case, office.hoa, "whole")
    Export.objects.exclude(pk=one.pk).delete()  # the bytes of the others are of use to other tests
    stray = exports_folder() / "999999.zip.part"
    stray.touch()
    os.utime(stray, (0, 0))
    assert forget_old(at=timezone.now()) == 0 and path_of(one).exists() and not stray.exists()
    Export.objects.filter(pk=one.pk).update(asked_at=timezone.now() - KEPT_FOR)
    assert forget_old(at=timezone.now()) == 1 and not path_of(one).exists() and not Export.objects.exists()


def test_asked_for_on_the_page_of_the_file_waited_for_and_taken_home(office):
    client = at_desk(office.hoa)
    page = client.get(office.case.get_absolute_url())
    assert "Tải hồ sơ (.pdf + .xml)" in words(page) and "Gói AIP" not in words(page)
    waiting = client.post(f"{office.case.get_absolute_url()}tai/", follow=True)
    one = Export.objects.latest("pk")
    assert "Chờ lập: 0%" in words(waiting) and waiting.redirect_chain[-1][0] == one.get_absolute_url()
    assert client.get(f"{one.get_absolute_url()}tep/").status_code == 404
    make_waiting()
    assert "Tải gói" in words(client.get(one.get_absolute_url()))
    taken = client.get(f"{one.get_absolute_url()}tep/")
    assert b"".join(taken.streaming_content) == path_of(one).read_bytes()
    assert CaseEvent.objects.filter(
        case=office.case, event__kind="export_file", event__post=office.hoa
    ).exists()
    for stranger in (office.keeper, office.dung, office.khach):
        assert at_desk(stranger).get(one.get_absolute_url()).status_code == 404
    assert "Gói hồ sơ của tôi" in words(client.post(f"{one.get_absolute_url()}xoa/", follow=True))
    assert not path_of(one).exists()


def test_the_archivist_chooses_the_flavour(office):
    client, here = at_desk(office.keeper), office.case.get_absolute_url()
    page = words(client.get(here))
    assert "Gói AIP" in page and "Gói SIP" in page
    waiting = client.post(
        f"{here}goi-sip/", {"flavour": "eark", "agreement": "01.NL.SNV.03.2026"}, follow=True
    )
    assert "Gói SIP" in words(waiting)
    one = Export.objects.latest("pk")
    assert (one.kind, one.flavour, one.agreement) == ("SIP", "eark", "01.NL.SNV.03.2026")
    assert at_desk(office.hoa).get(f"{here}goi-sip/").status_code == 403
