"""Anchors of history: against a database owner who rewrites everything, a service that is away, a process that dies."""

import shutil
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from documents.models import Event
from signatures import tasks
from signatures.actions import anchors
from signatures.models import Anchor, AnchoredHead, AnchorStamp, TrustedAuthority
from signatures.services import _asked_of
from signatures.trust import trust
from tests.documents.desks import directed
from tests.documents.test_events import settled

# What an owner of the tables does who knows how the chain is made: every hash from the changed event on, and the head.
REWRITE = """
DO $$
DECLARE e documents_event; last text; BEGIN
  SELECT prev_hash INTO last FROM documents_event WHERE organisation_id = {body} AND seq = {seq};
  FOR e IN SELECT * FROM documents_event WHERE organisation_id = {body} AND seq >= {seq} ORDER BY seq LOOP
    e.prev_hash := last;
    last := encode(sha256(convert_to(documents_event_text(e), 'UTF8')), 'hex');
    UPDATE documents_event SET prev_hash = e.prev_hash, hash = last WHERE id = e.id;
  END LOOP;
  UPDATE documents_chainhead SET hash = last WHERE organisation_id = {body};
END $$
"""


@pytest.fixture
def stamped(office, settings, pki):
    """The office with a service that stamps, whose root the operator trusts."""
    settings.TSA_URL = pki.tsa
    trust(pki.root.read_bytes(), reason="thử", by=None, at=timezone.now())
    _asked_of.cache_clear()
    return office


@pytest.fixture
def hour(django_capture_on_commit_callbacks):
    """One run of the hourly job, committed."""

    def run(at=None) -> dict:
        with django_capture_on_commit_callbacks(execute=True):
            return anchors.hourly(at=at or timezone.now())

    return run


def as_owner(*statements: str) -> None:
    """Triggers off, whatever the owner likes, triggers on."""
    settled()
    tables = ("documents_event", "signatures_anchor", "signatures_anchoredhead", "signatures_anchorstamp")
    with connection.cursor() as cursor:
        for statement in (
            *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables),
            *statements,
            *(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables),
        ):
            cursor.execute(statement)


def rewrite(body, seq: int) -> None:
    change = f"""UPDATE documents_event SET payload = '{{"to": "ai khác"}}'
                 WHERE organisation_id = {body.pk} AND seq = {seq}"""
    as_owner(change, REWRITE.format(body=body.pk, seq=seq))


def test_every_hour_the_heads_are_one_value_that_is_stamped_and_kept_apart(stamped, hour):
    directed(stamped)
    stamped.paper(stamped.justice)
    told = hour()
    assert (told["ok"], told["stamped"], told["waiting"], told["broken"]) == (True, 1, "", [])
    heads = {head.organisation_id: head.seq for head in AnchoredHead.objects.all()}
    assert heads == {stamped.home_affairs.pk: 4, stamped.justice.pk: 1}
    stamped.paper(stamped.justice)
    assert hour()["ok"]
    second = Anchor.objects.last()
    assert second.before == Anchor.objects.first().digest  # only what moved, and all before it by its digest
    assert list(second.heads.values_list("organisation_id", "seq")) == [(stamped.justice.pk, 2)]
    names = sorted(path.name for path in anchors.folder().iterdir())
    assert names == ["0000000001.tst", "0000000001.txt", "0000000002.tst", "0000000002.txt"]


def test_an_owner_who_rewrites_an_event_and_every_hash_after_it_is_told_by_the_next_check(stamped, hour):
    directed(stamped)
    hour()
    stamped.paper(stamped.justice)
    directed(stamped)
    hour()
    rewrite(stamped.home_affairs, 6)
    assert Event.objects.broken_links(stamped.home_affairs.pk) == []  # the chain by itself is perfect
    told = hour()
    assert not told["ok"]
    # Number 4 was anchored an hour before number 8: what was changed lies between.
    assert told["first_broken"] == (
        "Lịch sử của Sở Nội vụ: sự kiện trong các số 5–8 đã bị viết lại hoặc xóa so với mốc neo."
    )
    assert len(told["broken"]) == 1  # nobody else's
    assert hour()["broken"] == told["broken"]  # anchored anew it is still told


def test_an_owner_who_rewrites_the_anchors_too_is_told_by_the_files_kept_apart(stamped, hour):
    directed(stamped)
    hour()
    rewrite(stamped.home_affairs, 1)
    head = f"(SELECT hash FROM documents_chainhead WHERE organisation_id = {stamped.home_affairs.pk})"
    as_owner(f"UPDATE signatures_anchoredhead SET hash = {head}", "DELETE FROM signatures_anchorstamp")
    settled()
    as_owner(f"UPDATE signatures_anchor SET digest = '{anchors_digest()}'")
    told = anchors.check()
    assert told[0].startswith("Lịch sử của Sở Nội vụ: sự kiện trong các số 1–4 đã bị viết lại")
    assert told[1] == "Mốc neo số 1 trong cơ sở dữ liệu khác tệp giữ riêng."


def anchors_digest() -> str:
    return sha256(Anchor.objects.get().text()).hexdigest()


def test_whoever_deletes_the_last_events_or_an_anchor_is_told(stamped, hour):
    directed(stamped)
    hour()
    hour()
    as_owner(
        "DELETE FROM signatures_anchorstamp WHERE anchor_id = 2",
        "DELETE FROM signatures_anchor WHERE number = 2",
        f"DELETE FROM documents_event WHERE organisation_id = {stamped.home_affairs.pk} AND seq = 4",
        f"""UPDATE documents_chainhead SET seq = 3, hash = (SELECT hash FROM documents_event WHERE seq = 3
            AND organisation_id = {stamped.home_affairs.pk}) WHERE organisation_id = {stamped.home_affairs.pk}""",
    )
    assert Event.objects.broken_links(stamped.home_affairs.pk) == []
    told = anchors.check()
    assert "Sở Nội vụ: sự kiện trong các số 1–4" in told[0]
    assert told[1] == "Mốc neo số 2 trong cơ sở dữ liệu đã mất, chỉ còn trong tệp giữ riêng."


def test_whoever_touches_the_files_is_told(stamped, hour):
    directed(stamped)
    for _ in range(3):
        hour()
    first, second, third = sorted(anchors.folder().glob("*.txt"))
    third.unlink()
    second.write_bytes(second.read_bytes().replace(b"number 2", b"number 7"))
    shutil.copy(second.with_suffix(".tst"), first.with_suffix(".tst"))
    told = anchors.check()
    assert told == [
        "Mốc neo số 1: dấu thời gian không đúng với mốc neo.",
        "Mốc neo số 7 trong cơ sở dữ liệu đã mất, chỉ còn trong tệp giữ riêng.",
        "Mốc neo số 7: dấu thời gian không đúng với mốc neo.",
        "Thư mục mốc neo thiếu 2 tệp, từ số 2.",
    ]


def test_a_service_that_is_away_for_a_day_costs_no_anchor_and_is_said(stamped, hour, pki):
    directed(stamped)
    start = timezone.now() - timedelta(hours=26)
    with pki.broken(tsa="down"):
        for passed in range(3):
            told = hour(start + timedelta(hours=passed))
        assert told["waiting"].startswith(
            f"3 mốc neo chưa có dấu thời gian, từ {timezone.localtime(start):%H:%M %d/%m/%Y}. Dịch vụ cấp dấu thời gian"
        )
        assert told["ok"]  # some hours are no alarm
        late = hour(start + timedelta(hours=25))
        assert not late["ok"] and "chưa có dấu thời gian" in late["problem"]  # a day is
    back = hour()
    assert (back["ok"], back["stamped"], back["waiting"]) == (True, 5, "")
    assert AnchorStamp.objects.count() == Anchor.objects.count() == 5
    assert len(list(anchors.folder().glob("*.tst"))) == 5
    assert anchors.check() == []


def test_without_a_service_anchors_are_made_and_wait(office, settings, hour):
    settings.TSA_URL = ""
    told = hour()
    assert told["ok"] and told["waiting"].startswith("1 mốc neo chưa có dấu thời gian")


def test_a_stamp_of_nobody_whom_the_operator_trusts_is_said(stamped, hour):
    hour()
    TrustedAuthority.objects.update(ended_at=timezone.now())
    assert anchors.check() == [
        "Dấu thời gian của 1 mốc neo, từ số 1, không dẫn tới cơ quan chứng thực được tin cậy."
    ]


def test_a_process_killed_before_the_file_had_its_name_leaves_nothing_half_done(stamped, hour):
    anchors.anchor(at=timezone.now())  # committed; the file not named yet
    assert [path.suffix for path in anchors.folder().iterdir()] == [".part"]
    told = hour()
    assert told["stamped"] == 2 and len(list(anchors.folder().glob("*.txt"))) == 2
    (anchors.folder() / "0000000003.part").write_bytes(b"x")  # written, never committed
    assert hour()["anchor"] == 3
    assert anchors.check() == []


def test_after_a_restore_no_file_is_overwritten(stamped, hour):
    directed(stamped)
    hour()
    hour()
    as_owner(
        "DELETE FROM signatures_anchorstamp WHERE anchor_id = 2",
        "DELETE FROM signatures_anchor WHERE number = 2",
    )
    assert hour()["anchor"] == 3
    assert Anchor.objects.last().text().count(b"before") == 1
    assert anchors.check() == ["Mốc neo số 2 trong cơ sở dữ liệu đã mất, chỉ còn trong tệp giữ riêng."]


@pytest.mark.parametrize("table", ["anchor", "anchoredhead", "anchorstamp"])
def test_the_database_refuses_to_change_an_anchor(stamped, hour, table):
    directed(stamped)
    hour()
    settled()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(f"DELETE FROM signatures_{table}")


def test_the_daily_look_computes_every_chain_again(stamped, hour):
    directed(stamped)
    hour()
    told = tasks.audit_history()
    assert (told["ok"], told["anchors"]) == (True, 1)
    assert told["events"] == Event.objects.count() and told["organisations"] == 1
    as_owner("UPDATE documents_event SET kind = 'khac' WHERE seq = 2")  # only the row: no hash
    told = tasks.audit_history()
    assert told["first_broken"] == "Lịch sử của Sở Nội vụ: chuỗi sự kiện đứt ở số 2."
