"""Whom we trust is the operator's decision: rows with a reason and a name under them, ended but never deleted."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.models import Event
from orgs.actions import Refused
from signatures import trust
from signatures.models import TrustedAuthority
from simulators import pki as demo_pki
from tests.orgs.two import confirmed, latest, second_operator

WHY = "Công văn 15/CYCP-CT của Ban Cơ yếu Chính phủ"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ca")
    demo_pki.build_ca(folder)
    return folder


@pytest.fixture
def root(folder) -> bytes:
    return (folder / "root.pem").read_bytes()


@pytest.fixture
def operator(office, client):
    client.force_login(office.quantri.user, backend="orgs.identity.accounts.Accounts")
    return client


def test_a_file_is_shown_before_it_is_trusted(operator, office, root):
    add = reverse("trusted_authority_add")
    page = operator.post(add, {"file": SimpleUploadedFile("root.pem", root)})
    found = page.context["found"]
    assert found.fingerprint in page.content.decode() and TrustedAuthority.objects.count() == 0
    sent = {"certificate": page.context["certificate"], "reason": "ngắn"}
    assert "ít nhất mười ký tự" in operator.post(add, sent).content.decode()
    operator.post(add, sent | {"reason": WHY})
    assert not TrustedAuthority.objects.exists()  # one operator alone trusts nobody
    with pytest.raises(Refused, match="chính mình"):
        confirmed(office.quantri)
    other = second_operator(latest())
    confirmed(other)
    row = TrustedAuthority.objects.get()
    assert (row.kind, row.fingerprint, row.reason, row.added_by) == (
        "root",
        found.fingerprint,
        WHY,
        other.user,
    )
    assert (
        trust.trust_roots() == [row.pem.encode()]
        and WHY in operator.get(reverse("trusted_authorities")).content.decode()
    )


def test_what_is_ended_is_not_trusted_any_more_and_stays_on_the_page(operator, office, root):
    row = trust.trust(root, reason=WHY, by=None, at=timezone.now())
    assert trust.trust_roots() != []
    operator.post(reverse("trusted_authority_end", args=[row.pk]), {"reason": "Cơ quan ngừng hoạt động"})
    row.refresh_from_db()
    assert Event.objects.get().kind == "end_trust"
    assert row.ended_at and row.ended_by == office.quantri.user and "ngừng hoạt động" in row.reason
    assert trust.trust_roots() == []
    assert "Đã thôi tin cậy" in operator.get(reverse("trusted_authorities")).content.decode()


@pytest.mark.parametrize("who", ["lan", "dung", "minh", "tu", "khach"])
def test_others_do_not_learn_that_the_pages_exist(office, client, who, root):
    row = trust.trust(root, reason=WHY, by=None, at=timezone.now())
    client.force_login(getattr(office, who).user, backend="orgs.identity.accounts.Accounts")
    for url in (
        reverse("trusted_authorities"),
        reverse("trusted_authority_add"),
        reverse("trusted_authority_end", args=[row.pk]),
    ):
        assert client.get(url).status_code == client.post(url, {}).status_code == 404 or url == reverse(
            "trusted_authorities"
        )
    assert client.get(reverse("trusted_authorities")).status_code == 404
    assert TrustedAuthority.objects.filter(ended_at=None).count() == 1


def test_strange_files_get_a_sentence(operator, folder):
    person = demo_pki.issue_person(folder, "Nguyễn Thị Lan", "Sở Nội vụ", "Văn thư")
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

    leaf = pkcs12.load_key_and_certificates(person, demo_pki.DEMO_PASSWORD.encode())[1]
    for data, words in (
        (b"khong phai chung thu", "Không đọc được tệp"),
        (leaf.public_bytes(Encoding.DER), "không phải chứng thư của một tổ chức cung cấp dịch vụ chứng thực"),
        (b"x" * 70_000, "Không đọc được tệp"),
    ):
        page = operator.post(reverse("trusted_authority_add"), {"file": SimpleUploadedFile("a.crt", data)})
        assert words in page.content.decode()
    assert TrustedAuthority.objects.count() == 0


def test_the_command_for_the_first_start(db, folder, capsys, tmp_path):
    call_command("trust_authority", str(folder / "root.pem"))
    call_command("trust_authority", str(folder / "ca.pem"))
    call_command("trust_authority", str(folder / "ca.pem"))  # again changes nothing
    assert [row.kind for row in TrustedAuthority.objects.order_by("pk")] == ["root", "issuing"]
    (tmp_path / "x").write_bytes(b"x")
    with pytest.raises(CommandError, match="Không đọc được"):
        call_command("trust_authority", str(tmp_path / "x"))


def test_rows_are_read_once_and_asked_about_by_one_cheap_query(db, folder):
    for name in ("root", "ca"):
        trust.trust((folder / f"{name}.pem").read_bytes(), reason=WHY, by=None, at=timezone.now())
    assert [len(kind) for kind in trust.both()] == [1, 1]
    with CaptureQueriesContext(connection) as queries:
        trust.both()
    assert len(queries) == 1


def test_the_list_costs_the_same_for_one_and_for_three(operator, office):
    def add(n):
        return TrustedAuthority.objects.create(
            kind="root", name=f"Gốc {n}", fingerprint=str(n) * 64, pem="", valid_from=timezone.now(),
            valid_to=timezone.now() + timedelta(days=9), added_at=timezone.now(), added_by=office.quantri.user,
        )  # fmt: skip

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert operator.get(reverse("trusted_authorities")).status_code == 200
        return len(queries)

    add(1)
    cost()
    one = cost()
    add(2), add(3)
    assert cost() == one
