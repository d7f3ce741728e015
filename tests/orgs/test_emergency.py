"""When nobody is left: an operator alone, loudly; and whoever holds the server."""

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from documents.models import Event
from hanoi_docs.models import Alarm
from orgs.actions import lock
from orgs.actions.powers import propose_account
from orgs.models import Post, Proposal, Role
from tests.documents.desks import at_desk
from tests.orgs.two import USERS, chain, clerkship, fields, latest, press


def test_an_operator_confirms_alone_loudly_and_for_ever(office, admin, operator2):
    made = clerkship(office, office.quantri)
    why = "Văn thư nhập viện, công điện hỏa tốc đang chờ"
    assert "ít nhất 20 ký tự" in press(office.quantri, made, "khan-cap", reason="gấp").content.decode()
    for other in (admin, office.dung):
        assert press(other, made, "khan-cap", reason=why).status_code == 404
    assert press(office.quantri, made, "khan-cap", reason=why).status_code == 302
    assert Post.objects.filter(user=office.minh.user, role="clerk").exists()
    assert chain(office.home_affairs)[-1] == "emergency"
    alarm = Alarm.objects.get()
    assert why in alarm.text and alarm.closed_at is None
    for loud in (operator2, admin, office.dung, office.thao):
        assert why in loud.user.notices.latest("pk").text
    assert not any(why in one.text for one in office.khach.user.notices.all())
    for seen in (office.quantri, operator2, admin, office.dung):
        assert why in at_desk(seen).get("/quan-tri/khan-cap/").content.decode()
    for other in (office.lan, office.minh, office.khach):
        assert at_desk(other).get("/quan-tri/khan-cap/").status_code == 404
    with transaction.atomic(), pytest.raises(IntegrityError):
        Proposal.objects.filter(pk=made.pk).update(reason="")


def test_even_an_emergency_makes_nobody_who_confirms_everything_afterwards(office, operator2):
    why = "Không còn ai trực, hệ thống phải chạy ngay đêm nay"
    at_desk(office.quantri).post(
        f"{USERS}them/", fields("sys_admin", "Quản trị", username="bongma", full_name="Bóng Ma")
    )
    assert "kể cả khi khẩn cấp" in press(office.quantri, latest(), "khan-cap", reason=why).content.decode()
    made = propose_account("reset_password", office.dung.user, by=office.quantri, at=timezone.now())
    assert "hai nửa" in press(office.quantri, made, "khan-cap", reason=why).content.decode()
    assert press(operator2, made, "khan-cap", reason=why).status_code in (200, 302)
    assert Proposal.objects.get(pk=made.pk).emergency


def test_the_last_operator_is_helped_by_whoever_holds_the_server(office, capsys):
    lock(
        office.quantri.user,
        by=office.post("quantri3", "Ba", office.city, Role.SYS_ADMIN, "Q"),
        at=timezone.now(),
    )
    call_command("reset_account", "quantri")
    password = capsys.readouterr().out.split("): ")[1].split()[0]
    assert authenticate(None, username="quantri", password=password)
    event = Event.objects.filter(organisation=office.city).latest("pk")
    assert (event.kind, event.user) == ("unlock_account", None)
    with pytest.raises(CommandError, match="Không có tài khoản"):
        call_command("reset_account", "khong-co")
