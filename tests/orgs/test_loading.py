import datetime as dt
import io

import pytest
from django.core.management import call_command

from orgs.codes import is_code
from orgs.groups import GROUPS
from orgs.models import Code, DayOff, Lineage, Organisation

TODAY = dt.date(2026, 11, 20)
pytestmark = pytest.mark.usefixtures("registry")


def org(name, **where):
    return Organisation.objects.get(name=name, **where)


def test_every_body_of_2022_is_there_under_its_parent():
    ours = Organisation.objects.filter(external=False, sample=False)
    assert ours.count() == 1048
    assert [ours.filter(level=level).count() for level in (1, 2, 3, 4)] == [1, 70, 977, 0]
    assert not ours.filter(level__gt=1, parent=None).exists()
    assert org("Ủy ban nhân dân thành phố Hà Nội").kind == "thanh_pho"
    ward = org("Ủy ban nhân dân phường Phúc Xá")
    assert (ward.parent.name, ward.kind, ward.gate) == ("Ủy ban nhân dân quận Ba Đình", "xa_phuong", True)


def test_provisional_codes_are_valid_unique_and_marked():
    below = Organisation.objects.filter(external=False, level__gt=1)
    codes = list(below.values_list("code", flat=True))
    assert len(set(codes)) == len(codes) == 1053
    assert all(is_code(code) and ".TAM" in code for code in codes)
    assert all(code.count(".") + 1 == level for code, level in below.values_list("code", "level"))
    assert not below.filter(provisional=False).exists()
    assert not Organisation.objects.get(code="H26").provisional


def test_a_second_run_changes_nothing_not_even_what_an_operator_mended():
    snow = org("Sở Nội vụ")
    snow.phone = "024"
    snow.save()
    before = list(Organisation.objects.order_by("pk").values()), Code.objects.count(), DayOff.objects.count()
    out = io.StringIO()
    call_command("load_registry", samples=True, stdout=out)
    assert "không thay đổi gì" in out.getvalue()
    assert before == (
        list(Organisation.objects.order_by("pk").values()),
        Code.objects.count(),
        DayOff.objects.count(),
    )


def test_a_second_run_asks_few_questions(django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        call_command("load_registry", samples=True, stdout=io.StringIO())


def test_samples_are_marked_and_mixed():
    samples = Organisation.objects.filter(sample=True)
    assert {body.level for body in samples} == {4}
    assert all("(mẫu)" in body.name and body.provisional for body in samples)
    assert {body.gate for body in samples} == {True, False}


def test_closed_bodies_of_level_1_are_closed_on_their_day_with_successors():
    planning, giang = Organisation.objects.get(code="G05"), Organisation.objects.get(code="H22")
    assert (planning.valid_to, giang.valid_to) == (dt.date(2025, 4, 14), dt.date(2025, 7, 1))
    assert planning.open_on(dt.date(2025, 4, 13)) and not planning.open_on(dt.date(2025, 4, 14))
    assert [link.successor.code for link in planning.successor_links.all()] == ["G12"]
    assert [link.successor.code for link in giang.successor_links.all()] == ["H60"]
    provinces = Organisation.objects.filter(kind="tinh", external=True)
    assert (provinces.count(), provinces.on(TODAY).count()) == (62, 33)
    assert Lineage.objects.filter(on="2025-07-01").count() == 29
    assert Code.objects.get(value="000.00.00.G12").organisation.name == "Bộ Tài chính"


def test_renamed_bodies_show_the_name_of_the_day_and_are_found_by_both():
    ministry = Organisation.objects.get(code="G10")
    assert ministry.name_on(dt.date(2024, 6, 1)) == "Bộ Nông nghiệp và Phát triển nông thôn"
    assert ministry.name_on(dt.date(2025, 4, 14)) == "Bộ Nông nghiệp và Môi trường"
    assert ministry in Organisation.objects.search("bo phat trien nong thon")


def test_letterheads_follow_the_law():
    def lines(name):
        body = org(name)
        return body.letterhead_superior, body.letterhead_name, body.abbreviation, body.place, body.collective

    assert lines("Ủy ban nhân dân thành phố Hà Nội") == (
        "",
        "ỦY BAN NHÂN DÂN|THÀNH PHỐ HÀ NỘI",
        "UBND",
        "Hà Nội",
        True,
    )
    assert lines("Sở Nội vụ") == ("UBND THÀNH PHỐ HÀ NỘI", "SỞ NỘI VỤ", "SNV", "Hà Nội", False)
    assert lines("Ủy ban nhân dân phường Phúc Xá") == (
        "",
        "ỦY BAN NHÂN DÂN|PHƯỜNG PHÚC XÁ",
        "UBND",
        "Phúc Xá",
        True,
    )
    room = ("UBND QUẬN BA ĐÌNH", "PHÒNG TÀI NGUYÊN VÀ MÔI TRƯỜNG", "TNMT", "Ba Đình", False)
    assert lines("Phòng Tài nguyên và Môi trường quận Ba Đình") == room
    assert org("Ủy ban nhân dân quận Hai Bà Trưng").place == "Quận Hai Bà Trưng"
    assert org("Sở Ngoại vụ").abbreviation != org("Sở Nội vụ").abbreviation


def test_groups_hold_open_bodies_with_a_gate():
    counts = {
        slug: GROUPS[slug].on(TODAY).count() for slug in ("so-ban-nganh", "don-vi", "quan-huyen", "xa-phuong")
    }
    assert counts == {"so-ban-nganh": 22, "don-vi": 18, "quan-huyen": 30, "xa-phuong": 579}
    assert "G05" not in GROUPS["bo-nganh"].on(TODAY).values_list("code", flat=True)
    rooms = [group.on(TODAY).count() for slug, group in GROUPS.items() if slug.startswith("phong-")]
    assert rooms == [30] * 12
    Organisation.objects.filter(name="Sở Nội vụ").update(gate=False)
    assert GROUPS["so-ban-nganh"].on(TODAY).count() == 21


def test_the_list_comes_in_vietnamese_order():
    districts = [body.name.split(" ", 4)[-1] for body in GROUPS["quan-huyen"].on(TODAY)]
    quan = [name.removeprefix("quận ") for name in districts if name.startswith("quận")]
    assert quan == ["Ba Đình", "Bắc Từ Liêm", "Cầu Giấy", "Đống Đa", "Hà Đông", "Hai Bà Trưng", "Hoàn Kiếm",
                    "Hoàng Mai", "Long Biên", "Nam Từ Liêm", "Tây Hồ", "Thanh Xuân"]  # fmt: skip
