"""Groups of organisations that papers go to together, and that the registry is browsed by."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from orgs.models import Organisation

Kind = Organisation.Kind
ROOMS = (
    "Văn phòng Hội đồng nhân dân và Ủy ban nhân dân",
    "Phòng Nội vụ",
    "Phòng Tư pháp",
    "Phòng Tài chính - Kế hoạch",
    "Phòng Tài nguyên và Môi trường",
    "Phòng Lao động - Thương binh và Xã hội",
    "Phòng Văn hóa và Thông tin",
    "Phòng Giáo dục và Đào tạo",
    "Phòng Y tế",
    "Phòng Kinh tế",
    "Phòng Quản lý đô thị",
    "Thanh tra",
)


@dataclass(frozen=True)
class Group:
    slug: str
    label: str
    pick: Callable

    def on(self, day: date):
        """The bodies of the group that exist and have a gate on that day, in order of name."""
        return self.pick(Organisation.objects.on(day).gates()).in_order()

    def all(self):
        """The same with closed and ungated ones, for browsing."""
        return self.pick(Organisation.objects.all())


def _of_kind(slug: str, label: str, kind: str) -> Group:
    return Group(slug, label, lambda bodies: bodies.filter(kind=kind))


def _room(number: int, name: str) -> Group:
    def pick(bodies):
        return bodies.filter(level=3, parent__kind=Kind.DISTRICT, name__startswith=f"{name} ")

    return Group(f"phong-{number}", f"{name} các quận, huyện, thị xã", pick)


GROUPS: dict[str, Group] = {
    group.slug: group
    for group in (
        _of_kind("so-ban-nganh", "Các sở, ban, ngành", Kind.DEPARTMENT),
        Group(
            "don-vi",
            "Các đơn vị trực thuộc UBND thành phố",
            lambda bodies: bodies.filter(kind=Kind.UNIT, level=2, external=False),
        ),
        _of_kind("quan-huyen", "UBND các quận, huyện, thị xã", Kind.DISTRICT),
        _of_kind("xa-phuong", "UBND các xã, phường, thị trấn", Kind.COMMUNE),
        _of_kind("bo-nganh", "Các bộ, ngành, cơ quan trung ương", Kind.MINISTRY),
        _of_kind("tinh", "UBND các tỉnh, thành phố", Kind.PROVINCE),
        *(_room(number, name) for number, name in enumerate(ROOMS, start=1)),
    )
}
BROWSED = ("so-ban-nganh", "don-vi", "quan-huyen", "xa-phuong", "bo-nganh", "tinh")
