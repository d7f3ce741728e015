"""Who works in the demonstration. Invented people; one password, refused when DEMO is off."""

import base64
from datetime import date, datetime, timedelta
from functools import cache

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from orgs.actions import factors, name_assistant
from orgs.actions.authorities import BY_POST, start_of, with_post
from orgs.actions.notices import see
from orgs.actions.powers import propose_authority, propose_post
from orgs.actions.proposals import confirm
from orgs.identity import totp
from orgs.identity.sealed import digest
from orgs.models import Delegation, Organisation, Post, RecoveryCode, Role, SigningAuthority, Unit, User

PASSWORD = "hanoi"
WITH_FACTOR, SECRET = "khoa", base64.b32decode("VANBANHANOIDEMOVANBANHANOIDEMO23")
ON_PAPER = [f"demo-demo-{number:04}" for number in range(1, 11)]
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
    ("trang", "Lưu Thu Trang", "so", Role.UNIT_HEAD, "Phó Chánh Văn phòng Sở", "Văn phòng Sở", False),
    ("huong", "Tạ Thu Hương", "so", Role.ASSISTANT, "Thư ký Giám đốc", "Văn phòng Sở", False),
    ("linh", "Đinh Khánh Linh", "so", Role.OFFICER, "Chuyên viên", "Phòng Tổ chức", False),
    ("quang", "Cao Đăng Quang", "so", Role.UNIT_HEAD, "Trưởng phòng", "Phòng Công chức, viên chức", False),
    ("mai", "Phan Tuyết Mai", "so", Role.OFFICER, "Chuyên viên", "Phòng Công chức, viên chức", False),
    ("van", "Trịnh Hải Vân", "so", Role.ARCHIVIST, "Lưu trữ", None, False),
    ("tu", "Đỗ Anh Tú", "tp", Role.CLERK, "Văn thư", None, False),
    ("khanh", "Hoàng Gia Khánh", "tp", Role.LEADER, "Phó Chủ tịch", None, False),
    ("ha", "Ngô Thúy Hà", "tp", Role.OFFICE_HEAD, "Chánh Văn phòng", None, False),
    ("nga", "Lương Thị Nga", "tp", Role.UNIT_HEAD, "Trưởng phòng", "Phòng Nội chính", False),
    ("viet", "Tạ Quốc Việt", "tp", Role.OFFICER, "Chuyên viên", "Phòng Nội chính", False),
    ("yen", "Bùi Hải Yến", "px", Role.CLERK, "Văn thư", None, False),
    ("son", "Đặng Ngọc Sơn", "px", Role.LEADER, "Chủ tịch", None, True),
    ("cuong", "Mai Hùng Cường", "px", Role.OFFICER, "Công chức Văn phòng - Thống kê", None, False),
    ("khach", "Hồ Bích Ngọc", "tuphap", Role.CLERK, "Văn thư", None, False),
    ("loan", "Vũ Thị Loan", "tuphap", Role.LEADER, "Phó Giám đốc", None, False),
    ("khoa", "Nguyễn Đăng Khoa", "so", Role.ORG_ADMIN, "Quản trị đơn vị", None, False),
    # Powers go by two: what one of them proposes for an office without administrators, the other confirms.
    ("quantri", "Quản trị hệ thống", "vp", Role.SYS_ADMIN, "Quản trị hệ thống", None, False),
    ("quantri2", "Nguyễn Đức Hậu", "vp", Role.SYS_ADMIN, "Quản trị hệ thống (trực thay)", None, False),
]
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
    return orgs, posts


def give_factor(user: User, now: datetime) -> None:
    """khoa shows the second step; secret and recovery codes are printed with the logins, so worth nothing anywhere else."""
    if user.second_factor:
        return
    step = int(now.timestamp()) // totp.STEP
    factors.set_authenticator(user, secret=SECRET, code=totp.code_at(SECRET, step), by=None, at=now)
    user.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(user=user, digest=digest(code.replace("-", ""))) for code in ON_PAPER]
    )


def lend_an_inbox(posts: dict[str, Post], today: date) -> None:
    """khanh is away until the end of the month; ha looks after the tray, but cannot sign."""
    last = date(today.year + (today.month == 12), today.month % 12 + 1, 1)
    Delegation.objects.get_or_create(
        post=posts["khanh"],
        to=posts["ha"].user,
        defaults={"valid_from": today, "valid_to": last, "reason": "Đi công tác", "away": True},
    )


def name_an_assistant(posts: dict[str, Post], now: datetime) -> None:
    """huong prepares directions for dung, and is told with him."""
    name_assistant(leader=posts["dung"], post=posts["huong"], told=True, at=now - timedelta(days=30))


def authorise(posts: dict[str, Post], now: datetime) -> None:
    """Beside the rights that came with the posts: one authorisation, one TL. passed on, one acting head; each asked
    for by one and confirmed by another. One more waits: khoa asks that linh clerk too, and quantri may confirm."""
    at = now - timedelta(days=60)
    day = timezone.localdate(at)
    _by_two(
        posts["khoa"], post=posts["hoa"], capacity="TUQ", basis="Giấy ủy quyền số 12/GUQ-SNV", basis_on=day, kinds=["CV", "GM"],
        scope="Mời họp, đôn đốc, trả lời về nghiệp vụ tổ chức bộ máy", valid_from=at,
        valid_to=start_of(day + timedelta(days=240)), by=posts["dung"], at=at,
    )  # fmt: skip
    order = SigningAuthority.objects.get(post=posts["phong"], capacity="TL")
    _by_two(
        posts["dung"], post=posts["trang"], capacity="TL", through=order, basis="Khoản 3 Điều 9 Quy chế làm việc của Sở Nội vụ",
        kinds=["CV", "GM", "TB"], valid_from=at, by=posts["phong"], at=at,
    )  # fmt: skip
    # Sở Tư pháp has no head; the city's decision came on paper and was recorded by the operators.
    _by_two(
        posts["quantri2"], post=posts["loan"], capacity="Q", basis="Quyết định số 5120/QĐ-UBND về giao quyền Giám đốc",
        basis_on=day, valid_from=at, by=posts["quantri"], at=at,
    )  # fmt: skip
    for login in ("hoa", "trang", "loan", "dung", "khoa", "phong", "quantri", "quantri2"):
        see(posts[login].user, at=at)  # two months ago
    propose_post(
        user=posts["linh"].user, organisation=posts["linh"].organisation, role=Role.CLERK, title="Văn thư (kiêm nhiệm)",
        on=timezone.localdate(now), by=posts["khoa"], at=now - timedelta(hours=3),
    )  # fmt: skip


def _by_two(confirmed_by: Post, *, at: datetime, **given) -> None:
    confirm(propose_authority(at=at, **given), by=confirmed_by, at=at)


@cache
def _hashed() -> str:
    """One for all: they have the same password, and each hash takes 0.2 s."""
    return make_password(PASSWORD)


def _post(login, name, organisation, role, title, unit, head) -> Post:
    user = User.objects.filter(username=login).first()
    if user is None:
        user = User(username=login, full_name=name, password=_hashed())
        user.save()
    post, _ = Post.objects.get_or_create(
        user=user,
        organisation=organisation,
        role=role,
        unit=unit,
        defaults={"title": title, "head": head, "valid_from": SINCE},
    )
    clause = f"Khoản 2 Điều 9 Quy chế làm việc của {organisation}"
    with_post(post, at=start_of(SINCE), basis=clause if role == Role.OFFICE_HEAD else BY_POST)
    return post
