"""Register, outbox, axis and statuses side by side: each gap is found with a sentence, and nothing else is."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.actions.delivery.statuses import tell_inside
from documents.actions.outgoing.revoke import revoke
from documents.models import Delivery, Event, Incoming, StatusReport
from interop.models import Comparison, Inbound, Outbound, Unexplained
from interop.outbound import enqueue, outbox
from interop.reconciliation import compare
from interop.transport.axis import ReceivedItem, SentItem
from interop.transport.connection import axis_client
from tests.interop.city_side import issued
from tests.interop.simulator_process import eventually, package

LATER = timedelta(hours=1)  # beyond the grace


def compared(client=None, at=None) -> Comparison:
    return compare.compare(client, at=at or timezone.now() + LATER)


def found() -> dict[str, str]:
    return dict(Unexplained.objects.values_list("kind", "sentence"))


def test_a_day_of_ordinary_traffic_needs_no_explanation(office, line):
    issued(office, office.ministry, office.justice)
    line.leave()
    eventually(lambda: line.said("G09", "01") is None)
    line.come()
    line.axis.order("G09", ["H26.TAM002"], subject="Về việc khác")
    line.come()
    line.leave()
    back = issued(office, office.ministry, number="16")
    line.leave()
    back.refresh_from_db()
    revoke(back, by=office.lan, at=timezone.now(), reason="Ban hành nhầm thẩm quyền")
    line.leave()
    done = compared(axis_client())
    assert (done.unexplained, found()) == (0, {}) and done.axis_at == done.at
    assert Delivery.objects.filter(channel="axis", fetched_at=None).count() == 0, (
        "the axis says when it was fetched"
    )
    assert Delivery.objects.filter(channel="axis", recall_asked_at=None).count() == 1


def test_each_gap_in_the_rows_is_found_and_goes_when_it_is_mended(office):
    sent, waiting = issued(office, office.justice, number="1"), issued(office, office.ministry, number="2")
    outbox.relay_inside(at=timezone.now())
    Incoming.objects.filter(delivery__outgoing=sent).update(delivery=None)
    paper = office.paper()
    StatusReport.objects.filter(incoming=paper).update(passed_on=True)
    package_in = Inbound.objects.create(
        axis_doc_id="g1", message_type="edoc", sender_code="G09", message_id="G09,2026/11/20,9/BNV", sha256="0" * 64,
        received_at=timezone.now(), state="unpacked",
    )  # fmt: skip
    assert compared().unexplained == 5
    said = found()
    assert said["not_packed"] == (
        "Văn bản 2/SNV-TCBC của Sở Nội vụ có nơi nhận trên trục nhưng không có gói tin đi."
    )
    assert "ghi đã giao Sở Tư pháp" in said["not_handed"] and "mà không nơi nào gửi" in said["from_nowhere"]
    assert "G09,2026/11/20,9/BNV" in said["opened"] and "Trạng thái 01" in said["not_reported"]

    # However old they grow, they stay until they are explained.
    assert compared(at=timezone.now() + timedelta(days=40)).unexplained == 5
    enqueue.pack_issued(at=timezone.now())
    Incoming.objects.filter(source="city").update(delivery=sent.deliveries.get())
    StatusReport.objects.filter(incoming=paper).update(passed_on=False)
    Inbound.objects.filter(pk=package_in.pk).update(message_id=f"{paper.document_uid or 'x'}#2.abc")
    paper.document_uid = "x"
    paper.save(update_fields=["document_uid"])
    assert (compared().unexplained, found()) == (0, {})
    Outbound.objects.update(state="sent", sent_at=timezone.now(), axis_doc_id="a")
    compared()
    assert (
        list(found()) == ["sent_queued"] and str(waiting.deliveries.get().pk) == Unexplained.objects.get().key
    )


def test_what_is_on_its_way_is_not_judged(office):
    issued(office, office.ministry)
    assert compared(at=timezone.now()).unexplained == 0
    assert compared(at=timezone.now() + timedelta(minutes=16)).unexplained == 1


def test_what_the_axis_lost_and_what_it_has_in_our_name(office, line):
    paper = issued(office, office.ministry)
    line.leave()
    client = axis_client()
    Outbound.objects.update(axis_doc_id="ffffffffffffffffffffffff")
    client.send(
        package("77", "G09", day=timezone.localdate(), sender="H26.TAM002"),
        messagetype="edoc",
        sender="H26.TAM002",
    )
    assert compared(client).unexplained == 3
    kinds = list(Unexplained.objects.order_by("kind", "pk").values_list("kind", flat=True))
    assert kinds == ["not_on_axis", "not_ours", "not_ours"]
    sentences = " ".join(Unexplained.objects.values_list("sentence", flat=True))
    assert "77/SNV-VP" in sentences and paper.document_uid in sentences
    there = {item.notation: item.sender_doc_id for item in client.list_sent("edoc")}
    Outbound.objects.update(axis_doc_id=there[paper.code])
    assert compared(client).unexplained == 1
    # Its answer was lost; it is asked for before it is sent again.
    Outbound.objects.update(axis_doc_id="", state="queued", attempts=1)
    assert [row.key for row in Unexplained.objects.all()] == [there["77/SNV-VP"]]
    compared(client)
    assert [row.key for row in Unexplained.objects.all()] == [there["77/SNV-VP"]]


def test_what_the_axis_holds_for_us_and_nobody_fetched(office, line):
    line.axis.order("G09", ["H26.TAM002"], subject="Về việc X", files=[{"name": "a.txt", "data": "eA=="}])
    client, later = axis_client(), timezone.now() + timedelta(minutes=20)
    assert compared(client, at=timezone.now()).unexplained == 0, "the next poll brings it"
    assert compared(client, at=later).unexplained == 1
    finding = Unexplained.objects.get()
    assert finding.kind == "not_fetched" and finding.key in finding.sentence and "G09" in finding.sentence
    line.come()
    assert compared(client, at=later).unexplained == 0


def test_an_axis_that_is_away_is_never_zero(office, line, capsys):
    client = axis_client()
    first = compared(client).axis_at
    line.axis.kill()
    issued(office, office.ministry)
    done = compared(client, at=first + timedelta(hours=2))
    assert (done.axis_at, done.unexplained) == (first, 1)
    call_command("reconcile")
    said = capsys.readouterr().out
    assert "Chưa đối chiếu được với trục liên thông từ" in said
    assert "Văn bản lệch đối chiếu: 1" in said and "không có gói tin đi" in said


def test_what_the_axis_said_stays_while_it_is_away(office, line):
    line.leave()
    client = axis_client()
    client.send(
        package("77", "G09", day=timezone.localdate(), sender="H26.TAM002"),
        messagetype="edoc",
        sender="H26.TAM002",
    )
    assert compared(client).unexplained == 1
    line.axis.kill()
    assert compared(client).unexplained == 1


def test_it_costs_the_same_for_one_and_for_three(office):
    class Axis:
        def list_sent(self, kind, doc_id=""):
            return [] if doc_id else items

        def list_received(self, kind):
            return held

    held: list[ReceivedItem] = []
    items: list[SentItem] = []

    def one_more(n: int) -> None:
        issued(office, office.justice, office.ministry, number=str(n))
        outbox.relay_inside(at=timezone.now())
        enqueue.pack_issued(at=timezone.now())
        for report in StatusReport.objects.filter(passed_on=False):
            tell_inside(report.pk, at=timezone.now())
        held.append(ReceivedItem(f"r{n}", "edoc", "G09", "H26", None, "initial"))
        Outbound.objects.filter(state="queued").update(
            state="sent", sent_at=timezone.now(), axis_doc_id=f"a{n}"
        )
        now = timezone.now()
        items.append(
            SentItem(f"a{n}", "r", "H26.TAM002", "G09", "", f"{n}/SNV-TCBC", now, now, "done", "done")
        )
        items.append(SentItem(f"b{n}", "r", "H26.TAM002", "G09", "", "9/X", now, None, "done", "initial"))

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            compared(Axis())
        return len(queries)

    compared(Axis())  # the first one makes its row
    one_more(1)
    first = cost()
    one_more(2), one_more(3)
    assert cost() == first
    assert Event.objects.count() > 0


@pytest.mark.django_db(transaction=True)
def test_one_comparison_at_a_time(transactional_db, office):
    import psycopg

    settings = connection.settings_dict
    with psycopg.connect(
        dbname=settings["NAME"], user=settings["USER"], password=settings["PASSWORD"], host=settings["HOST"],
        port=settings["PORT"],
    ) as other:  # fmt: skip
        other.execute("SELECT pg_advisory_lock(%s)", [compare._COMPARING])
        assert compared() is None
        other.execute("SELECT pg_advisory_unlock(%s)", [compare._COMPARING])
    assert compared() is not None
