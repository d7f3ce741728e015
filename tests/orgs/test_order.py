"""Names stand in the order of the Vietnamese alphabet: Đ after D and before E, ă and â after a, whatever the tones."""

import pytest
from django.utils import timezone

from documents.forms.incoming.steps import colleagues
from orgs.models import Role, Unit, User
from tests.documents.desks import at_desk, directed, words
from ui.order import in_vietnamese
from ui.text import sort_key

NAMES = [
    "An Bình", "Ánh Dương", "Ăn Uống", "Âu Cơ", "Bùi Hải", "Châu Giang", "Dương Minh", "Dương Tú", "Đặng Sơn", "Đỗ Tú", "Êm Ả", "Lê Hoa",
    "Lưu Ly", "Ngô Hà", "Ông Ích", "Ơn Trời", "Phạm Dũng", "Ưng Hoàng", "Vũ Thảo", "Ý Lan",
]  # fmt: skip


@pytest.fixture
def people(db):
    User.objects.bulk_create(User(username=f"u{n}", full_name=name) for n, name in enumerate(reversed(NAMES)))


def test_the_database_sorts_as_the_alphabet_does(people):
    found = list(
        User.objects.filter(full_name__in=NAMES)
        .order_by(in_vietnamese("full_name"))
        .values_list("full_name", flat=True)
    )
    assert found == NAMES == sorted(NAMES, key=sort_key)


def test_small_and_capital_letters_stand_together(db):
    names = ["đào", "Đào B", "dân", "Em", "Dân B", "10 đội", "e"]
    User.objects.bulk_create(User(username=f"v{n}", full_name=name) for n, name in enumerate(names))
    found = (
        User.objects.filter(full_name__in=names)
        .order_by(in_vietnamese("full_name"), "pk")
        .values_list("full_name", flat=True)
    )
    assert list(found) == ["10 đội", "dân", "Dân B", "đào", "Đào B", "e", "Em"]


def test_rooms_and_their_people_are_chosen_from_in_this_order(office):
    for name in ("Phòng Ê", "Phòng Đ", "Phòng Dân tộc"):
        unit = Unit.objects.create(organisation=office.home_affairs, name=name)
        for person in ("Đỗ Ba", "Dương Ba", "Ân Ba"):
            office.post(
                f"{person}{name}", person, office.home_affairs, Role.OFFICER, "Chuyên viên", unit=unit
            )
    found = [
        (str(post.unit), str(post.user))
        for post in colleagues(office.dung, timezone.localdate())
        if post.unit
    ]
    rooms = ["Phòng Dân tộc", "Phòng Đ", "Phòng Ê"]
    assert [one for one in found if one[0] in rooms] == [
        (room, person) for room in rooms for person in ("Ân Ba", "Dương Ba", "Đỗ Ba")
    ]


def test_the_table_of_progress_stands_in_this_order(office):
    for number, name in enumerate(("Đào Hai", "Dương Hai", "Em Hai")):
        who = office.post(
            f"p{number}", name, office.home_affairs, Role.OFFICER, "Chuyên viên", unit=office.room
        )
        directed(office, lead=who, number=str(number + 1))
    said = words(at_desk(office.dung).get("/theo-doi/"))
    assert said.index("Dương Hai") < said.index("Đào Hai") < said.index("Em Hai")
