"""Agencies without a line: packages laid into a folder and taken from it, once, beside the axis or without it."""

import io
import os
import time
from pathlib import Path

import pytest
from django.utils import timezone

from documents.models import Incoming
from interop import tasks
from interop.edxml import Organ, ResponseFor, Status, read, write
from interop.inbound import inbox
from interop.models import Inbound, Outbound
from interop.outbound import outbox, status_reports
from interop.transport import connection, folder
from interop.transport.adapter import AxisError
from tests.interop.city_side import Line, issued
from tests.interop.edxml.cases import full_edoc

REMOTE = "K77"


@pytest.fixture
def town(office, settings, tmp_path):
    """The office, without an axis; one agency far away has a folder."""
    settings.AXIS_URL, settings.FOLDER_EXCHANGE = "", str(tmp_path / "folders")
    office.folder = tmp_path / "folders" / REMOTE
    (office.folder / "di").mkdir(parents=True)
    office.remote = office.org(REMOTE, "Ban Quản lý đảo xa", 1, external=True)
    return office


def leave() -> None:
    status_reports.report_waiting(at=timezone.now())
    outbox.relay(connection.line(), at=timezone.now())


def laid(town) -> list:
    return [read(path.read_bytes()) for path in sorted((town.folder / "den").glob("*.edxml"))]


def brought(town, package: bytes, name: str = "van-ban.edxml") -> Path:
    """A file that the agency has finished copying."""
    path = town.folder / "di" / name
    path.write_bytes(package)
    past = time.time() - 60
    os.utime(path, (past, past))
    return path


def paper(**fields) -> bytes:
    return write(full_edoc(sender=Organ(REMOTE), receivers=[Organ("H26.TAM002")], **fields))


def come() -> None:
    tasks.poll_axis()
    inbox.unpack_waiting(at=timezone.now())


def test_a_paper_is_laid_into_the_folder_once(town):
    sent = issued(town, town.remote)
    leave()
    assert [message.document_id for message in laid(town)] == [sent.document_uid]
    assert (Outbound.objects.get().state, sent.deliveries.get().state) == ("sent", "sent")
    for path in (town.folder / "den").iterdir():
        path.unlink()  # carried away
    Outbound.objects.update(state="queued")  # the worker died before it wrote down what it had done
    leave()
    assert laid(town) == [] and Outbound.objects.get().state == "sent"


def test_a_paper_from_the_folder_is_on_the_desk_and_answered_there(town):
    path = brought(town, paper())
    come()
    incoming = Incoming.objects.get()
    assert (incoming.organisation, incoming.sender_code) == (town.home_affairs, REMOTE)
    assert not path.exists() and len(list((town.folder / "di-da-nhan").iterdir())) == 1
    leave()
    (answer,) = laid(town)
    assert (answer.status_code, answer.response_for.document_id) == ("01", incoming.document_uid)
    brought(town, paper(), "lan-hai.edxml")
    come()
    assert Incoming.objects.count() == 1, "the same file brought again"
    assert not list((town.folder / "di").iterdir())


def test_their_status_is_written_at_the_delivery(town):
    sent = issued(town, town.remote)
    leave()
    response = ResponseFor("H26.TAM002", sent.code, sent.issued_on, sent.document_uid)
    brought(town, write(Status(Organ(REMOTE), response, "03", "Vào sổ văn bản đến số 15", timezone.now())))
    come()
    delivery = sent.deliveries.get()
    assert (delivery.state, delivery.their_number) == ("accepted", "15")


def test_what_is_still_being_copied_waits(town):
    path = brought(town, paper())
    os.utime(path)
    come()
    assert (Inbound.objects.count(), path.exists()) == (0, True)


def test_a_file_that_is_no_package_is_kept_and_seen_by_a_person(town):
    brought(town, b"<edXML>")
    come()
    assert Inbound.objects.get().state == "invalid"
    assert len(list((town.folder / "di-loi").iterdir())) == 1


def test_a_link_leads_nowhere(town, tmp_path):
    secret = tmp_path / "secret.edxml"
    secret.write_bytes(paper())
    os.utime(secret, (1, 1))
    (town.folder / "di" / "a.edxml").symlink_to(secret)
    come()
    assert Inbound.objects.count() == 0


def test_a_package_in_another_agencys_name_is_not_opened(town):
    brought(town, write(full_edoc(sender=Organ("G09"), receivers=[Organ("H26.TAM002")])))
    come()
    inbound = Inbound.objects.get()
    assert inbound.state == "invalid" and "G09" in inbound.reason and REMOTE in inbound.reason
    assert Incoming.objects.count() == 0


def test_beside_the_axis_each_receiver_is_reached_by_its_own_way(town, settings, tmp_path):
    line = Line(tmp_path, settings)
    try:
        line.axis.faults(drop_after=1, calls=["/sendEdoc"])
        sent = issued(town, town.ministry, town.remote)
        leave()
        line.axis.faults()
        line.back()
        leave()
        assert Outbound.objects.get().state == "sent"
        assert [message.document_id for message in laid(town)] == [sent.document_uid]
        assert [paper["copies"] for paper in line.received("G09")] == [1]
        line.axis.kill()
        brought(town, paper())
        come()
        assert Incoming.objects.count() == 1, "the folder does not wait for the axis"
    finally:
        line.axis.stop()


def test_what_goes_into_folders_alone_does_not_wait_for_an_axis_that_is_away(town, settings, tmp_path):
    line = Line(tmp_path, settings)
    try:
        line.axis.kill()
        both = issued(town, town.ministry, town.remote, number="16")
        leave()
        assert connection.away()
        alone = issued(town, town.remote)
        leave()
        states = {one.outgoing: one.state for one in Outbound.objects.all()}
        assert states == {both: "queued", alone: "sent"}
        (town.folder / "den").rename(town.folder / "den-cu")
        (town.folder / "den").write_text("a file in the way")
        late = issued(town, town.remote, number="17")
        leave()
        assert Outbound.objects.get(outgoing=late).attempts == 1, "it pauses, as any other"
    finally:
        line.axis.stop()


def test_what_goes_over_the_axis_too_is_laid_into_the_folder_while_the_axis_is_away(town, settings, tmp_path):
    line = Line(tmp_path, settings)
    try:
        line.axis.faults(cut=True)
        come()
        assert connection.away()
        issued(town, town.ministry, town.remote)
        for _ in range(2):
            leave()
            Outbound.objects.update(next_attempt_at=timezone.now())
        package = Outbound.objects.get()
        assert (package.state, package.attempts, len(laid(town))) == ("queued", 1, 1)
        assert "trục liên thông" in package.problem
        line.axis.faults()
        line.back()
        leave()
        assert Outbound.objects.get().state == "sent" and len(laid(town)) == 1
        assert [paper["copies"] for paper in line.received("G09")] == [1]
    finally:
        line.axis.stop()


def test_a_folder_that_cannot_be_written_is_tried_again(town):
    (town.folder / "den").write_text("a file in the way")
    sent = issued(town, town.remote)
    leave()
    package = Outbound.objects.get()
    assert (package.state, sent.deliveries.get().state) == ("queued", "queued")
    assert "Thư mục trao đổi" in package.problem
    (town.folder / "den").unlink()
    Outbound.objects.update(next_attempt_at=timezone.now())
    leave()
    assert len(laid(town)) == 1


@pytest.mark.parametrize("code", ["../K77", ".da-gui", "", "K77/den"])
def test_a_receiver_that_is_no_folder_name_is_served_by_none(town, code):
    exchange = folder.FolderExchange(town.folder.parent)
    assert not exchange.serves(code)
    with pytest.raises(AxisError):
        exchange.send(io.BytesIO(paper()), messagetype="edoc", sender="H26.TAM002", to=[code])


def test_a_look_into_the_folder_takes_nothing_of_the_axis_for_confirmed(town):
    """Each way lists its own: what the one does not list says nothing of the other."""
    own = {"message_type": "edoc", "sha256": "0" * 64, "received_at": timezone.now(), "state": "invalid"}
    on_the_axis = Inbound.objects.create(axis_doc_id="1234", **own)
    in_the_folder = Inbound.objects.create(axis_doc_id=f"folder-{REMOTE}-1", **own)
    come()
    on_the_axis.refresh_from_db(), in_the_folder.refresh_from_db()
    assert (on_the_axis.acknowledged, in_the_folder.acknowledged) == (False, True)
