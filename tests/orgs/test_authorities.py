"""Granting and ending the right to sign: each refusal with its sentence (decree 30 art. 13)."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from orgs.actions import Refused, end_post
from orgs.actions.authorities import end, start_of
from orgs.actions.powers import propose_authority, propose_post
from orgs.authority import in_force
from orgs.models import Post, Role, SigningAuthority
from tests.orgs.test_authority import AT, TL, TUQ, authorised, days, give
from tests.orgs.two import confirmed, latest, second_operator


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"basis": "Giấy ủy quyền"}, "phải có văn bản"),
        ({"basis_on": None}, "phải có văn bản"),
        ({"basis": " "}, "ghi căn cứ"),
        ({"basis": "12/GUQ-SNV " + "a" * 300}, "dài quá 300"),
        ({"basis_on": days(1).date()}, "ở tương lai"),
        ({"valid_to": None}, "phải có thời hạn"),
        ({"valid_to": days(367)}, "tối đa một năm"),
        ({"valid_to": AT}, "Ngày kết thúc"),
        ({"valid_from": days(-1)}, "trở về trước"),
        ({"kinds": []}, "giới hạn nội dung"),
        ({"kinds": ["XX"]}, "Không có loại văn bản XX"),
    ],
)
def test_an_authorisation_is_written_limited_and_for_the_future(office, wrong, why):
    asked = TUQ | {"post": office.hoa, "valid_from": AT, "valid_to": days(30), "by": office.dung, "at": AT}
    with pytest.raises(Refused, match=why):
        propose_authority(**asked | wrong)
    assert not office.hoa.signing_authorities.exists()


@pytest.mark.parametrize(
    ("who", "fields", "why"),
    [
        ("minh", TUQ, "Chỉ người đứng đầu đơn vị thuộc cơ quan được ký thừa ủy quyền"),
        ("thao", TUQ, "Chỉ người đứng đầu đơn vị thuộc cơ quan được ký thừa ủy quyền"),
        ("minh", TL, "Chỉ người đứng đầu đơn vị thuộc cơ quan được ký thừa lệnh"),
        ("hoa", TL | {"basis": "Quy chế làm việc"}, "ghi điều, khoản"),
        ("hoa", {"capacity": "KT", "basis": "Phân công"}, "Chỉ cấp phó của người đứng đầu"),
        ("dung", {"capacity": "KT", "basis": "Phân công"}, "Chỉ cấp phó của người đứng đầu"),
        ("thao", {"capacity": "Q", "basis": "QĐ số 1"}, "đang có người đứng đầu là Phạm Tiến Dũng"),
        ("hoa", {"capacity": "Q", "basis": "QĐ số 1"}, "không thuộc lãnh đạo"),
        ("dung", {"capacity": "TM", "basis": "Quy chế"}, "không làm việc theo chế độ tập thể"),
        ("thao", {"capacity": "head", "basis": "Quy chế"}, "không phải người đứng đầu"),
    ],
)
def test_each_capacity_is_for_its_own_people(office, who, fields, why):
    before = SigningAuthority.objects.count()
    with pytest.raises(Refused, match=why):
        give(office, getattr(office, who), valid_to=days(30), **fields)
    assert SigningAuthority.objects.count() == before


def test_the_same_right_twice_is_refused_and_beside_it_is_not(office):
    authorised(office)
    with pytest.raises(Refused, match=r"đã có thẩm quyền TUQ\..*12/GUQ-SNV"):
        authorised(office, kinds=["GM", "TB"])
    authorised(office, kinds=["TB"])
    give(office, office.hoa, at=days(30), valid_to=days(60), **TUQ)
    with pytest.raises(Refused, match="đã có thẩm quyền KT"):
        give(office, office.thao, capacity="KT", basis="Phân công")


def test_one_acting_head_at_a_time(office):
    one, two = (
        office.post(name, name, office.justice, Role.LEADER, "Phó Giám đốc") for name in ("mot", "hai")
    )
    acting = {"capacity": "Q", "basis": "Quyết định số 1/QĐ-UBND", "by": office.quantri}
    give(office, one, **acting)
    with pytest.raises(Refused, match=r"mot đã có thẩm quyền Q\."):
        give(office, two, **acting)


def test_an_authorisation_is_not_passed_on(office):
    right = authorised(office)
    room = {"valid_to": days(9), "by": office.hoa}
    with pytest.raises(Refused, match="không được ủy quyền lại"):
        give(office, office.minh, **TUQ | room)
    with pytest.raises(Refused, match=r"TUQ\. và KT\. thì không"):
        give(office, office.minh, **TUQ | {"through": right, "valid_to": days(9)})
    with pytest.raises(IntegrityError), transaction.atomic():
        SigningAuthority.objects.create(
            organisation=office.home_affairs, post=office.minh, capacity="TUQ", basis="x", through=right,
            valid_from=AT, valid_to=days(1), granted_at=AT,
        )  # fmt: skip


def test_an_order_is_passed_on_to_the_own_deputy_only(office, chief, deputy):
    order = in_force(chief.pk, kind="CV", at=AT)
    with pytest.raises(Refused, match="chỉ được giao lại cho cấp phó của Chánh Văn phòng"):
        give(office, office.hoa, by=chief, through=order, **TL)
    with pytest.raises(Refused, match=r"chỉ được giao lại thẩm quyền TL\. của mình"):
        give(office, office.hoa, by=chief, **TL)
    made = give(office, deputy, by=chief, through=order, **TL)
    assert (made.granted_by, made.through) == (chief.user, order)
    with pytest.raises(Refused, match="chỉ được giao lại cho cấp phó"):  # and no further
        give(office, office.minh, by=deputy, through=made, **TL)


def test_passing_on_stays_inside_what_one_has(office, deputy):
    chief = office.post("chinh", "Lý Văn Chính", office.home_affairs, Role.UNIT_HEAD, "Chánh Văn phòng")
    order = give(office, chief, kinds=["CV", "TB"], valid_to=days(30), **TL)
    for wrong, why in (({"kinds": []}, "trong phạm vi"), ({"kinds": ["QĐ"]}, "trong phạm vi"),
                       ({"valid_to": days(31)}, "không giao lại lâu hơn")):  # fmt: skip
        with pytest.raises(Refused, match=why):
            give(
                office, deputy, by=chief, through=order, **TL | {"kinds": ["CV"], "valid_to": days(9)} | wrong
            )
    end(order, by=office.dung, at=days(1), reason="Sửa quy chế")
    with pytest.raises(Refused, match="không còn hiệu lực"):
        give(office, deputy, by=chief, at=days(1), through=order, kinds=["CV"], valid_to=days(9), **TL)


def test_the_head_and_the_administrator_grant_and_nobody_else(office):
    admin = office.post("quanly", "Quản Lý", office.home_affairs, Role.ORG_ADMIN, "Quản trị đơn vị")
    for stranger in (office.thao, office.lan, office.khach, office.dung.used_by(office.thao.user)):
        with pytest.raises(PermissionDenied):
            give(office, office.hoa, by=stranger, valid_to=days(9), **TUQ)
    office.dung.used_by(office.dung.user)
    for by in (office.dung, admin, office.quantri):
        made = give(office, office.hoa, by=by, valid_to=days(9), **TUQ)
        assert made.granted_by == by.user
        for stranger in (office.thao, office.khach, office.hoa):
            with pytest.raises(PermissionDenied):
                end(made, by=stranger, at=AT, reason="Thử")
        end(made, by=by, at=AT, reason="Thu hồi")


def test_a_right_ends_once_with_a_reason_and_stays(office):
    right = authorised(office)
    with pytest.raises(Refused, match="ghi lý do"):
        end(right, by=office.dung, at=days(1), reason="  ")
    end(right, by=office.dung, at=days(1), reason="Thu hồi")
    with pytest.raises(Refused, match="đã kết thúc từ trước"):
        end(right, by=office.dung, at=days(2), reason="Lần nữa")
    right.refresh_from_db()
    assert (right.ended_at, right.ended_by, right.end_reason) == (days(1), office.dung.user, "Thu hồi")
    assert right.kinds == ["CV", "GM"]


def test_two_at_once_give_one(transactional_db, office):
    start, told = threading.Barrier(2), []

    def try_it():
        start.wait()
        try:
            authorised(office)
            told.append("given")
        except Refused:
            told.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    assert sorted(told) == ["given", "refused"]


def test_a_post_given_and_ended_takes_its_rights_along(office):
    day = timezone.localdate()
    fields = {"role": "leader", "title": "Phó Giám đốc", "on": day, "by": office.quantri}
    propose_post(user=office.minh.user, organisation=office.justice, at=timezone.now(), **fields)
    confirmed(second_operator(latest()))
    made = Post.objects.get(user=office.minh.user, organisation=office.justice)
    right = SigningAuthority.objects.get(post=made)
    assert (right.capacity, right.granted_by, right.valid_from) == (
        "KT",
        latest().decided_user,
        start_of(day),
    )
    at = timezone.now()
    end_post(made, on=day, by=office.quantri, at=at)
    right.refresh_from_db()
    # A post lasts at least its first day, and so does the right.
    assert right.ended_at == start_of(day + dt.timedelta(days=1)) and "vị trí" in right.end_reason
    end_post(office.thao, on=day, by=office.quantri, at=at)
    assert office.thao.signing_authorities.get().ended_at == at


def test_a_right_outlives_no_post(office):
    Post.objects.filter(pk=office.hoa.pk).update(valid_to=days(10).date())
    office.hoa.refresh_from_db()
    with pytest.raises(Refused, match="chỉ giữ vị trí này đến trước 30/11/2026"):
        authorised(office)
    authorised(office, valid_to=days(9))
