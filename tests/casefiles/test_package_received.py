"""A package of elsewhere, taken in for reading: all fields and bytes as they were, nothing that was tampered with, no trap."""

import io
import stat
import tarfile
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse

from casefiles.actions.exports import path_of
from casefiles.models import Export, ReceivedPackage
from casefiles.package.boxes import opened
from casefiles.package.reading import read
from documents.models import Event
from orgs.models import Role
from tests.casefiles.packing import keeper_of, made, taken_over
from tests.documents.desks import at_desk, words

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def office(bare_module_office):
    office = bare_module_office
    with override_settings(STORAGES=office.storages):
        office.keeper = keeper_of(office)
        office.other = office.post("luu-tp", "Lưu Trữ Tư Pháp", office.justice, Role.ARCHIVIST, "Lưu trữ")
        office.case = taken_over(office)
        sip = made(office.case, office.keeper, "SIP")
        office.sip = path_of(sip).read_bytes()
        assert Export.objects.get().state == "ready"
        yield office


@pytest.fixture(autouse=True)
def _files(office, settings):
    settings.STORAGES = office.storages


def sent(post, data: bytes, name="goi.zip"):
    upload = SimpleUploadedFile(name, data, "application/zip")
    return at_desk(post).post(reverse("received_packages"), {"package": upload}, follow=True)


def changed(data: bytes, change) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


def test_our_sip_taken_in_elsewhere_has_all_fields_and_bytes(office):
    page = words(sent(office.other, office.sip))
    kept = ReceivedPackage.objects.get()
    assert (
        "Đã kiểm tra từng tệp" in page and office.case.title in page and kept.organisation == office.justice
    )
    with opened(io.BytesIO(office.sip)) as box:
        ours = read(box)
        assert kept.content["values"] == ours.values and kept.documents == 3
        assert [one["values"] for one in kept.content["papers"]] == [one.values for one in ours.papers]
        client, url = at_desk(office.other), reverse("received_file", args=[kept.pk])
        files = [file for paper in ours.papers for file in paper.files]
        assert len(files) == 6  # the two papers and their histories, the table, the photograph
        for file in files:
            answer = client.get(url, {"name": file.name})
            assert b"".join(answer.streaming_content) == b"".join(box.pieces(file.name))
            assert answer["Content-Disposition"].startswith("attachment")
    assert client.get(url, {"name": "METS.xml"}).status_code == 404
    assert Event.objects.filter(kind="receive_package", organisation=office.justice).count() == 1
    assert "đã được nhận" in words(sent(office.other, office.sip)) and ReceivedPackage.objects.count() == 1


def test_nobody_else_reads_it(office):
    sent(office.other, office.sip)
    kept = ReceivedPackage.objects.get()
    for stranger in (office.keeper, office.khach):
        assert at_desk(stranger).get(kept.get_absolute_url()).status_code == 404
        assert at_desk(stranger).get(reverse("received_file", args=[kept.pk])).status_code == 404
    assert at_desk(office.khach).get(reverse("received_packages")).status_code == 403


def test_one_changed_byte_is_named_and_nothing_is_kept(office):
    page = words(
        sent(
            office.other,
            changed(office.sip, lambda name, data: data + b"x" if name.endswith(".png") else data),
        )
    )
    assert "tệp đã bị thay đổi" in page and ".3.png" in page
    assert not ReceivedPackage.objects.exists()


def _zip(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        for name, data in members.items():
            box.writestr(name, data)
    return out.getvalue()


def _link() -> bytes:
    out, info = io.BytesIO(), zipfile.ZipInfo("a/METS.xml")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(out, "w") as box:
        box.writestr(info, "/etc/passwd")
    return out.getvalue()


def _tar_link() -> bytes:
    out, info = io.BytesIO(), tarfile.TarInfo("a/METS.xml")
    info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(fileobj=out, mode="w") as box:
        box.addfile(info)
    return out.getvalue()


_ENTITY = b'<!DOCTYPE mets [<!ENTITY x SYSTEM "file:///etc/passwd">]><mets xmlns="http://www.loc.gov/METS/">&x;</mets>'
_OUTSIDE = b'<mets xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink"><file SIZE="1" CHECKSUM="A" CHECKSUMTYPE="SHA-256"><FLocat xlink:href="../../etc/passwd"/></file></mets>'
TRAPS = {
    "a path out of it": _zip(**{"a/METS.xml": b"<x/>", "a/../../b": b"x"}),
    "an absolute path": _zip(**{"/a/METS.xml": b"<x/>"}),
    "a link": _link(),
    "a link in a tar": _tar_link(),
    "a bomb": _zip(**{"a/METS.xml": b"<x/>", "a/b": b"0" * (30 << 20)}),
    "an entity": _zip(**{"a/METS.xml": _ENTITY}),
    "a reference out of it": _zip(**{"a/METS.xml": _OUTSIDE}),
    "no package": _zip(**{"a/b.txt": b"x"}),
    "no archive": b"nothing at all",
    "nonsense for a METS": _zip(**{"a/METS.xml": b"<mets"}),
    "an empty METS": _zip(**{"a/METS.xml": b'<mets xmlns="http://www.loc.gov/METS/"/>'}),
}


@pytest.mark.parametrize("what", TRAPS)
def test_a_trap_gets_a_sentence(office, what):
    answer = sent(office.other, TRAPS[what])
    assert answer.status_code == 200 and not ReceivedPackage.objects.exists()
    said = words(answer)
    assert any(one in said for one in ("Không đọc được gói", "Gói không toàn vẹn", "Chỉ nhận gói")), said


def test_a_program_in_a_sound_package_is_not_taken(office):
    """Whoever makes a package can give it right sums."""
    import hashlib

    data = b"MZ" + b"\0" * 100
    mets = '<mets xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:csip="https://DILCIS.eu/XML/METS/CSIPExtensionMETS" OBJID="x"><metsHdr csip:OAISPACKAGETYPE="SIP"/>%s</mets>'
    place = '<file ID="f" SIZE="{}" CHECKSUM="{}" CHECKSUMTYPE="SHA-256"><FLocat xlink:href="{}"/></file>'
    ead = b"<simpledc><fileCode>A</fileCode></simpledc>"

    def of(name, data):
        return place.format(len(data), hashlib.sha256(data).hexdigest(), name)

    inner = (mets % f"<fileSec><fileGrp>{of('bai.exe', data)}</fileGrp></fileSec>").encode()
    described = (
        of("EAD.xml", ead)
        .replace("<file ", "<mdRef ")
        .replace("><FLocat xlink", " xlink")
        .replace("/></file>", "/>")
    )
    outer = (
        mets
        % f'<dmdSec>{described}</dmdSec><fileSec><fileGrp>{of("r/METS.xml", inner)}</fileGrp></fileSec><structMap><div><mptr xlink:href="r/METS.xml"/></div></structMap>'
    )
    answer = words(
        sent(
            office.other,
            _zip(
                **{"x/METS.xml": outer.encode(), "x/EAD.xml": ead, "x/r/METS.xml": inner, "x/r/bai.exe": data}
            ),
        )
    )
    assert "bai.exe" in answer and "Không nhận gói" in answer and not ReceivedPackage.objects.exists()
