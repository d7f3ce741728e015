"""A paper takes the place of another: the link is seen at the office, at every desk, on the axis and on the public page."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from documents.actions.outgoing import approval as papers
from documents.models import Event, Incoming, Outgoing
from interop.edxml import BusinessType, read, write
from interop.edxml.model import Replacement
from interop.inbound import inbox
from interop.models import Inbound, Outbound
from interop.outbound import enqueue, outbox
from interop.outbound.packing import pack
from signatures.public import code_for
from tests.documents.desks import at_desk, words
from tests.documents.outgoing_cases import brought, fields, form_data, written
from tests.interop.city_side import issued
from tests.interop.ministry import DESK, from_ministry, ordered, raw


def replaced(office, *recipients):
    """An issued paper and the issued one that takes its place."""
    old = issued(office, *recipients)
    outbox.relay(None, at=timezone.now())
    new = issued(office, *recipients, number="16", subject="Về việc báo cáo biên chế (thay thế)")
    return old, new


def test_the_author_writes_it_from_the_older_one(office, client, keys):
    old = brought(office, "issued")
    minh = at_desk(office.minh)
    assert "Soạn văn bản thay thế" in words(minh.get(old.get_absolute_url()))
    page = minh.get(f"/van-ban-di/soan/?replaces={old.pk}")
    assert "Dự thảo văn bản thay thế" in words(page) and old.subject in page.content.decode()
    minh.post(f"/van-ban-di/soan/?replaces={old.pk}", form_data(office, subject="Về việc thay thế"))
    new = Outgoing.objects.get(subject="Về việc thay thế")
    assert list(new.replaces.all()) == [old.document_ptr]
    assert not Event.objects.filter(document=old, kind="replaced").exists()  # a draft replaces nothing yet
    assert "đã được thay thế" not in words(minh.get(old.get_absolute_url()))
    code = code_for(old, timezone.now())
    assert "Chưa bị thu hồi" in words(client.get(f"/kt/{code}/"))
    new = brought(office, "issued", new)
    assert Event.objects.get(document=old, kind="replaced").payload == {"by": new.code}
    assert "Văn bản này đã được thay thế" in words(minh.get(old.get_absolute_url()))
    assert f"Thay thế {old.kind_label} {old.code}" in words(minh.get(new.get_absolute_url()))
    assert f"Đã được thay thế bởi văn bản {new.code}" in words(client.get(f"/kt/{code}/"))


def test_only_an_issued_paper_of_ones_own_office_is_replaced(office):
    draft, theirs = written(office), issued(office, office.justice)
    for old, by in ((draft, office.minh), (theirs, office.khach)):
        with pytest.raises(ValidationError, match="mới được thay thế"):
            papers.draft(
                by=by,
                at=timezone.now(),
                replaces=old,
                **fields(office, recipients=[office.city], signer=office.dung),
            )
    assert at_desk(office.khach).get(f"/van-ban-di/soan/?replaces={theirs.pk}").status_code == 404
    assert at_desk(office.minh).get("/van-ban-di/soan/?replaces=x1").status_code == 404


def test_inside_the_city_the_desk_sees_both(office):
    old, new = replaced(office, office.justice)
    new.replaces.add(old)
    outbox.relay(None, at=timezone.now())
    theirs = {paper.number: paper for paper in Incoming.objects.filter(organisation=office.justice)}
    assert list(theirs["16"].replaces.all()) == [theirs["15"].document_ptr]
    page = words(at_desk(office.khach).get(theirs["15"].get_absolute_url()))
    assert "Văn bản này đã được thay thế" in page and "16/SNV-TCBC" in page


def test_an_urgent_replacement_that_overtakes_the_older_paper_is_linked_when_that_comes(office):
    old = issued(office, office.justice)
    new = issued(office, office.justice, number="16", urgency=2)
    new.replaces.add(old)
    outbox.relay(None, at=timezone.now())
    first, second = Incoming.objects.order_by("pk")
    assert (first.number, list(first.replaces.all())) == ("16", [second.document_ptr])
    assert Event.objects.filter(document=second, kind="replaced").count() == 1


def test_a_ministrys_replacement_waits_for_the_older_paper_that_came_before_it(office, line):
    ordered(line, number="8")
    line.poll()
    old = Inbound.objects.get()
    for_us = [Replacement(old.message_id, [DESK]), Replacement("G09,2026/11/21,9/BNV", [DESK])]  # itself too
    message = {
        "document_id": "G09,2026/11/21,9/BNV",
        "number": "9",
        "notation": "BNV",
        "replacements": for_us,
    }
    raw(line, write(from_ministry(business_type=BusinessType.REPLACEMENT, business_reason="Sửa", **message)))
    line.poll()
    new, now = Inbound.objects.latest("pk"), timezone.now()
    assert not inbox.unpack(new.pk, at=now)  # the older one is in the hands of a slower worker
    inbox.unpack(old.pk, at=now)
    assert inbox.unpack(new.pk, at=now + 2 * inbox.PAUSE)
    assert Incoming.objects.get(number="9").replaces.get() == Incoming.objects.get(number="8").document_ptr


def test_the_package_says_type_3_and_which_paper(office):
    old, new = replaced(office, office.ministry)
    new.replaces.add(old)
    enqueue.pack_issued(at=timezone.now())
    with pack(Outbound.objects.get(outgoing=new)) as package:
        message = read(package)
    assert (message.business_type, message.business_reason) == (BusinessType.REPLACEMENT, "Văn bản thay thế")
    assert message.replacements == [Replacement(old.document_uid, ["G09"])]
    assert message.attachments
    with pack(Outbound.objects.get(outgoing=old)) as package:
        assert read(package).business_type == BusinessType.NEW


def test_a_ministrys_replacement_finds_the_older_paper(office, line):
    ordered(line, number="8")
    line.come()
    old = Incoming.objects.get()
    for_us = Replacement(old.document_uid, [DESK])
    message = {
        "document_id": "G09,2026/11/21,9/BNV-TCBC", "number": "9", "notation": "BNV-TCBC", "subject": "Thay thế",
        "business_type": BusinessType.REPLACEMENT, "business_reason": "Sửa số liệu",
    }  # fmt: skip
    raw(line, write(from_ministry(**message, replacements=[for_us])))
    line.come()
    new = Incoming.objects.get(number="9")
    assert list(new.replaces.all()) == [old.document_ptr] and "Chưa xử lý" not in new.note
    assert Event.objects.get(document=old, kind="replaced").payload == {"by": "9/BNV-TCBC"}
    assert "Văn bản này đã được thay thế" in words(at_desk(office.lan).get(old.get_absolute_url()))
    # For somebody else, or of another sender's paper: no link.
    other = message | {"document_id": "G09,2026/11/21,10/BNV-TCBC", "number": "10"}
    raw(line, write(from_ministry(**other, replacements=[Replacement(old.document_uid, ["H26.TAM999"])])))
    line.come()
    assert not Incoming.objects.get(number="10").replaces.exists()
