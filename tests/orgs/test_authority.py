"""Box 7a by the table of the law, and who may sign at a given second (decree 30 art. 13)."""

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from orgs.actions.authorities import end, start_of, with_post
from orgs.authority import NoAuthority, block_lines, capacity_words, in_force, mark, signers
from orgs.models import Post, Role, SigningAuthority, User
from tests.orgs.two import granted

AT = timezone.make_aware(dt.datetime(2026, 11, 20, 9))
TUQ = {
    "capacity": "TUQ",
    "basis": "Giấy ủy quyền số 12/GUQ-SNV",
    "basis_on": AT.date(),
    "kinds": ["CV", "GM"],
}
TL = {"capacity": "TL", "basis": "Khoản 2 Điều 9 Quy chế làm việc"}


def days(n: int) -> dt.datetime:
    return AT + dt.timedelta(days=n)


def give(office, post, *, by=None, at=AT, **fields):
    return granted(post=post, valid_from=at, at=at, by=by or office.dung, **fields)


def authorised(office, **fields):
    return give(office, office.hoa, **TUQ | {"valid_to": days(30)} | fields)


def printed(post, kind="CV", at=AT) -> tuple[str, ...]:
    return block_lines(in_force(post.pk, kind=kind, at=at), at)


def chairman(office):
    return office.post("chu", "Trần Văn Chủ", office.city, Role.LEADER, "Chủ tịch", head=True)


def deputy_chairman(office):
    return office.post("khanh", "Hoàng Gia Khánh", office.city, Role.LEADER, "Phó Chủ tịch")


def office_head(office, body=None, title="Chánh Văn phòng"):
    return office.post("chinh", "Lý Văn Chính", body or office.home_affairs, Role.OFFICE_HEAD, title)


def test_a_collective_body(office):
    chair, deputy = chairman(office), deputy_chairman(office)
    assert printed(chair) == ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")
    assert printed(deputy) == ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")


def test_the_chairmans_own_power_has_no_tm(office):
    chair, deputy = chairman(office), deputy_chairman(office)
    own = {
        "basis": "Điều 4 Quy chế làm việc của Ủy ban nhân dân Thành phố",
        "kinds": ["QĐ"],
        "by": office.quantri,
    }
    give(office, chair, capacity="head", **own)
    give(office, deputy, capacity="KT", own_power=True, **own)
    assert (printed(chair, "QĐ"), printed(deputy, "QĐ")) == (("CHỦ TỊCH",), ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"))
    assert printed(chair, "BC") == ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")


def test_a_body_with_one_head_and_a_deputy_in_charge(office):
    assert printed(office.dung) == ("GIÁM ĐỐC",)
    assert printed(office.thao) == ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")
    Post.objects.filter(pk=office.dung.pk).update(title="Chánh Thanh tra", valid_to=AT.date())
    # Nobody leads: the deputy signs as before, for the head the body last had.
    assert printed(office.thao) == ("KT. CHÁNH THANH TRA", "PHÓ GIÁM ĐỐC")


def test_where_there_never_was_a_head_the_usual_title_stands(office):
    deputy = office.post("pho", "Ngô Văn Phó", office.justice, Role.LEADER, "Phó Giám đốc")
    assert printed(deputy) == ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")
    assert printed(deputy_chairman(office))[1] == "KT. CHỦ TỊCH"


def test_an_acting_head_until_there_is_a_head(office):
    deputy = office.post("pho", "Ngô Văn Phó", office.justice, Role.LEADER, "Phó Giám đốc")
    acting = {"capacity": "Q", "basis": "Quyết định số 5120/QĐ-UBND", "by": office.quantri}
    give(office, deputy, **acting)
    assert printed(deputy) == ("Q. GIÁM ĐỐC",)
    vice = deputy_chairman(office)
    give(office, vice, **acting)
    assert printed(vice) == ("TM. ỦY BAN NHÂN DÂN", "Q. CHỦ TỊCH")
    office.post("moi", "Đinh Văn Mới", office.justice, Role.LEADER, "Giám đốc", head=True)
    assert printed(deputy) == ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")


def test_by_order_and_passed_on_to_the_deputy(office):
    chief = office_head(office, office.city)
    assert printed(chief) == ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG")
    deputy = office.post("trang", "Lưu Thu Trang", office.city, Role.UNIT_HEAD, "Phó Chánh Văn phòng")
    give(office, deputy, by=chief, through=in_force(chief.pk, kind="CV", at=AT), **TL)
    assert printed(deputy) == ("TL. CHỦ TỊCH", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG")
    assert capacity_words(in_force(deputy.pk, kind="CV", at=AT), AT) == "TL. Chủ tịch, KT. Chánh Văn phòng"


def test_under_authorisation_the_room_is_named(office):
    authorised(office)
    assert printed(office.hoa) == ("TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG TỔ CHỨC")
    assert mark(in_force(office.hoa.pk, kind="GM", at=AT)) == "TUQ."


def test_the_right_that_names_the_kind_comes_first(office):
    give(office, office.hoa, **TL)
    authorised(office)
    assert printed(office.hoa, "GM")[0] == "TUQ. GIÁM ĐỐC"
    assert printed(office.hoa, "TB")[0] == "TL. GIÁM ĐỐC"


def test_the_last_second_of_a_right(office):
    right = authorised(office, valid_to=days(2))
    second = dt.timedelta(seconds=1)
    assert in_force(office.hoa.pk, kind="CV", at=right.valid_to - second) == right
    with pytest.raises(NoAuthority, match="đã hết hạn lúc 09:00:00 ngày 22/11/2026"):
        in_force(office.hoa.pk, kind="CV", at=right.valid_to)
    with pytest.raises(NoAuthority, match="có hiệu lực từ 09:00:00 ngày 20/11/2026"):
        in_force(office.hoa.pk, kind="CV", at=AT - second)


def test_an_ended_right_says_when_and_why(office):
    right = authorised(office)
    end(right, by=office.dung, at=days(1), reason="Quyết định số 15/QĐ-SNV")
    assert in_force(office.hoa.pk, kind="CV", at=days(1) - dt.timedelta(seconds=1)) == right
    with pytest.raises(
        NoAuthority, match=r"đã kết thúc lúc 09:00:00 ngày 21/11/2026 \(Quyết định số 15/QĐ-SNV\)"
    ):
        in_force(office.hoa.pk, kind="CV", at=days(1))


def test_who_never_had_a_right_is_told_who_gives_it(office):
    with pytest.raises(
        NoAuthority, match=r"chưa được giao.*Phạm Tiến Dũng \(Giám đốc\) hoặc quản trị đơn vị"
    ):
        in_force(office.minh.pk, kind="CV", at=AT)


def test_a_kind_outside_the_scope_is_named(office):
    authorised(office)
    with pytest.raises(NoAuthority, match="chỉ được ký: Công văn, Giấy mời; không gồm Quyết định"):
        in_force(office.hoa.pk, kind="QĐ", at=AT)


def test_a_post_that_ended_and_one_not_begun(office):
    office.thao.valid_to = AT.date()
    office.thao.save()
    with pytest.raises(NoAuthority, match="không còn giữ vị trí này từ 20/11/2026"):
        in_force(office.thao.pk, kind="CV", at=AT)
    assert in_force(office.thao.pk, kind="CV", at=start_of(AT.date()) - dt.timedelta(seconds=1))
    with pytest.raises(NoAuthority, match="giữ vị trí này từ 01/01/2020"):
        in_force(office.dung.pk, kind="CV", at=start_of(dt.date(2019, 12, 31)))


def test_a_locked_account_signs_nothing(office):
    User.objects.filter(pk=office.thao.user_id).update(is_active=False)
    with pytest.raises(NoAuthority, match="đang bị khóa"):
        in_force(office.thao.pk, kind="CV", at=AT)
    assert office.thao not in signers(office.home_affairs, AT)


def test_what_was_passed_on_ends_with_its_source(office):
    chief = office_head(office)
    order = in_force(chief.pk, kind="CV", at=AT)
    deputy = office.post("trang", "Lưu Thu Trang", office.home_affairs, Role.OFFICER, "Phó Chánh Văn phòng")
    give(office, deputy, by=chief, through=order, **TL)
    end(order, by=office.dung, at=days(1), reason="Sửa quy chế")
    with pytest.raises(NoAuthority, match=r"thẩm quyền TL\. của Chánh Văn phòng đã kết thúc"):
        in_force(deputy.pk, kind="CV", at=days(1))


def test_acting_beside_a_head_is_explained(office):
    deputy = office.post("pho", "Ngô Văn Phó", office.justice, Role.LEADER, "Phó Giám đốc")
    end(in_force(deputy.pk, kind="CV", at=AT), by=office.quantri, at=AT, reason="Giao quyền")
    give(office, deputy, at=days(1), capacity="Q", basis="Quyết định số 1/QĐ-UBND", by=office.quantri)
    office.post("moi", "Đinh Văn Mới", office.justice, Role.LEADER, "Giám đốc", head=True)
    with pytest.raises(NoAuthority, match="đã có người đứng đầu: Đinh Văn Mới"):
        in_force(deputy.pk, kind="CV", at=days(2))


def test_the_signers_of_a_body_are_those_whom_in_force_accepts(office):
    authorised(office)
    office_head(office)
    found = list(signers(office.home_affairs, AT))
    assert [post.user.username for post in found] == ["dung", "thao", "chinh", "hoa"]
    assert all(in_force(post.pk, kind="CV", at=AT) in post.authorities for post in found)
    assert list(signers(office.justice, AT)) == []


def test_what_a_row_says_of_itself_and_what_the_query_says_is_the_same(office):
    """At every boundary: each end of a right, of its post, of the right it was passed on from, and one second off."""
    chief = office_head(office)
    order = in_force(chief.pk, kind="CV", at=AT)
    deputy = office.post("trang", "Lưu Thu Trang", office.home_affairs, Role.OFFICER, "Phó Chánh Văn phòng")
    give(office, deputy, by=chief, through=order, **TL)
    right = authorised(office, valid_to=days(3))
    end(order, by=office.dung, at=days(5), reason="Sửa quy chế")
    end(right, by=office.dung, at=days(2), reason="Đổi việc")
    Post.objects.filter(pk=office.thao.pk).update(valid_to=days(4).date())
    User.objects.filter(pk=office.khach.user_id).update(is_active=False)
    edges = [AT, days(2), days(3), days(5), start_of(days(4).date()), start_of(dt.date(2020, 1, 1))]
    second = dt.timedelta(seconds=1)
    said = set()
    for moment in [edge + shift for edge in edges for shift in (-second, 0 * second, second)]:
        running = set(SigningAuthority.objects.running(moment))
        assert {one for one in SigningAuthority.objects.with_names() if one.runs(moment)} == running
        said.add(frozenset(running))
    assert len(said) >= 5  # the moments tell them apart


def test_a_post_brings_its_right_once(office):
    given = SigningAuthority.objects.get(post=office.thao)
    assert (given.capacity, given.basis, given.valid_from) == (
        "KT",
        "Theo vị trí công tác",
        start_of(dt.date(2020, 1, 1)),
    )
    assert with_post(office.thao, at=AT) == given
    assert with_post(office.minh, at=AT) is None and not office.minh.signing_authorities.exists()
    deputy = office_head(office, title="Phó Chánh Văn phòng")
    assert not deputy.signing_authorities.exists()


def test_the_migration_gives_the_posts_of_before_what_a_new_post_brings(office):
    chairman(office), deputy_chairman(office), office_head(office)
    office.thao.valid_to = AT.date()
    office.thao.save()
    SigningAuthority.objects.filter(post=office.thao).update(valid_to=start_of(AT.date()))
    kept = ("post", "organisation", "capacity", "on_behalf", "basis", "valid_from", "valid_to")
    brought = sorted(SigningAuthority.objects.values_list(*kept), key=str)
    SigningAuthority.objects.all().delete()
    fill = import_module("orgs.migrations.0004_authorities_of_posts").fill
    for _ in range(2):  # a second run finds nothing to do
        fill(apps, None)
        assert sorted(SigningAuthority.objects.values_list(*kept), key=str) == brought and len(brought) == 5
