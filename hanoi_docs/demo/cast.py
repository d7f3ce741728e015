"""Who works in the demonstration. Invented people; one password, refused when DEMO is off."""

from datetime import date

from django.db import transaction

from orgs.models import Delegation, Organisation, Post, Role, Unit, User

PASSWORD = "hanoi"
SINCE = date(2022, 1, 1)

CITY = "Ủy ban nhân dân thành phố Hà Nội"
OFFICE = "Văn phòng Ủy ban nhân dân thành phố Hà Nội"
HOME_AFFAIRS = "Sở Nội vụ"
JUSTICE = "Sở Tư pháp"
COMMUNE = ("phường Phúc Xá", "quận Ba Đình")

# login, name, organisation key, role, title, unit, head of the organisation
PEOPLE = [
    ("lan", "Nguyễn Thị Lan", "so", Role.CLERK, "Văn thư", None, False),
    ("minh", "Trần Quang Minh", "so", Role.OFFICER, "Chuyên viên", "Phòng Tổ chức", False),
    ("hoa", "Lê Thu Hoa", "so", Role.UNIT_HEAD, "Trưởng phòng", "Phòng Tổ chức", False),
    ("dung", "Phạm Tiến Dũng", "so", Role.LEADER, "Giám đốc", None, True),
    ("thao", "Vũ Phương Thảo", "so", Role.LEADER, "Phó Giám đốc", None, False),
    ("phong", "Trịnh Hồng Phong", "so", Role.OFFICE_HEAD, "Chánh Văn phòng Sở", None, False),
    ("linh", "Đinh Khánh Linh", "so", Role.OFFICER, "Chuyên viên", "Phòng Tổ chức", False),
    ("quang", "Cao Đăng Quang", "so", Role.UNIT_HEAD, "Trưởng phòng", "Phòng Công chức, viên chức", False),
    ("mai", "Phan Tuyết Mai", "so", Role.OFFICER, "Chuyên viên", "Phòng Công chức, viên chức", False),
    ("tu", "Đỗ Anh Tú", "tp", Role.CLERK, "Văn thư", None, False),
    ("khanh", "Hoàng Gia Khánh", "tp", Role.LEADER, "Phó Chủ tịch", None, False),
    ("ha", "Ngô Thúy Hà", "tp", Role.OFFICE_HEAD, "Chánh Văn phòng", None, False),
    ("nga", "Lương Thị Nga", "tp", Role.UNIT_HEAD, "Trưởng phòng", "Phòng Nội chính", False),
    ("viet", "Tạ Quốc Việt", "tp", Role.OFFICER, "Chuyên viên", "Phòng Nội chính", False),
    ("yen", "Bùi Hải Yến", "px", Role.CLERK, "Văn thư", None, False),
    ("son", "Đặng Ngọc Sơn", "px", Role.LEADER, "Chủ tịch", None, True),
    ("cuong", "Mai Hùng Cường", "px", Role.OFFICER, "Công chức Văn phòng - Thống kê", None, False),
    ("khach", "Hồ Bích Ngọc", "tuphap", Role.CLERK, "Văn thư", None, False),
    ("quantri", "Quản trị hệ thống", "vp", Role.SYS_ADMIN, "Quản trị hệ thống", None, False),
]
# minh also keeps the archive's post: one login, two posts, one at a time.
SECOND_POSTS = [("minh", "so", Role.ARCHIVIST, "Lưu trữ cơ quan (kiêm nhiệm)")]
UNITS = {
    "so": [("Phòng Tổ chức", "TC"), ("Phòng Công chức, viên chức", "CCVC"), ("Văn phòng Sở", "VP")],
    "tp": [("Phòng Nội chính", "NC"), ("Phòng Kinh tế tổng hợp", "KT"), ("Phòng Khoa giáo - Văn xã", "KGVX")],
    "px": [],
}


def organisations() -> dict[str, Organisation]:
    """The five organisations of the story, found in the registry by name and parent."""
    find = Organisation.objects.select_related("parent").get
    ward, district = COMMUNE
    return {
        "tp": find(code="H26"),
        "vp": find(name=OFFICE, level=2),
        "so": find(name=HOME_AFFAIRS, level=2, parent__code="H26"),
        "tuphap": find(name=JUSTICE, level=2, parent__code="H26"),
        "px": find(name__iendswith=ward, parent__name__iendswith=district, kind="xa_phuong"),
    }


@transaction.atomic
def assemble() -> tuple[dict[str, Organisation], dict[str, Post]]:
    """Organisations and posts by key and login; made once, found again later."""
    orgs = organisations()
    units = {
        (key, name): Unit.objects.get_or_create(
            organisation=orgs[key], name=name, defaults={"abbreviation": short, "order": order}
        )[0]
        for key, named in UNITS.items()
        for order, (name, short) in enumerate(named)
    }
    posts = {
        login: _post(login, name, orgs[key], role, title, units.get((key, unit)), head)
        for login, name, key, role, title, unit, head in PEOPLE
    }
    for login, key, role, title in SECOND_POSTS:
        _post(login, "", orgs[key], role, title, None, False)
    return orgs, posts


def lend_an_inbox(posts: dict[str, Post], today: date) -> None:
    """khanh is away until the end of the month; ha looks after the tray, but cannot sign."""
    last = date(today.year + (today.month == 12), today.month % 12 + 1, 1)
    Delegation.objects.get_or_create(
        post=posts["khanh"],
        to=posts["ha"].user,
        defaults={"valid_from": today, "valid_to": last, "reason": "Đi công tác"},
    )


def _post(login, name, organisation, role, title, unit, head) -> Post:
    user = User.objects.filter(username=login).first()
    if user is None:
        user = User(username=login, full_name=name)
        user.set_password(PASSWORD)
        user.save()
    post, _ = Post.objects.get_or_create(
        user=user,
        organisation=organisation,
        role=role,
        unit=unit,
        defaults={"title": title, "head": head, "valid_from": SINCE},
    )
    return post
