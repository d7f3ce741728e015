"""What each book is: its title, its columns, the rows it holds and in which order. Words and order of the columns are the law's;
the widths are for A4 on its side, as it prescribes none and its drawing is of A4 upright."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model, Q, QuerySet
from django.urls import reverse

from documents.models import Assignment, CertifiedCopy, Incoming, KeptCopyUse, Outgoing, PostedEnvelope
from documents.models.incoming import SIGHT as OF_INCOMING
from documents.models.outgoing import SIGHT as OF_OUTGOING
from orgs.models import Business, Post
from progress.reports.registers import lines


@dataclass(frozen=True)
class Book:
    """`columns`: words, and width in any unit; `series`: the direction of the register it is kept by, or nothing
    where the law numbers no lines and papers of several registers stand beside each other; `day`, `number`, `kind`,
    `of_unit`: what its filters ask; `written`: its rows as the words of the columns."""

    name: str
    title: str
    columns: tuple[tuple[str, int], ...]
    rows: Callable[[Post], QuerySet]  # of the post's office, as far as it sees them
    order: tuple[str, ...]
    day: str
    number: str
    kind: str
    of_unit: Callable[[int], Q]
    written: Callable[[list], list[list[str]]]
    paper: Callable[[object], str]  # the address of the paper that a row speaks of
    series: str = ""
    numbered: bool = True  # "Từ số … đến số …" stands on its cover
    nothing: str = ""  # why it may be empty
    of_numbers: Callable[[list[lines.WithoutPaper]], list[list[str]]] | None = (
        None  # lines of numbers that no paper bears
    )
    lent_for: tuple[Business, ...] = ()  # with which business of an inbox in other hands its papers are seen

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(words for words, _ in self.columns)


# What is long, and no column of a book: a year of it would not fit into memory.
_LONG = ("body", "bases", "search_key")


def _incoming(post: Post) -> QuerySet:
    rows = Incoming.objects.visible_to(post).filter(direction="in", book__isnull=False)
    return rows.defer("signature_report", "search_key")


def _outgoing(post: Post) -> QuerySet:
    """Every number that was given: also of what is not out yet, or was taken back."""
    rows = Outgoing.objects.visible_to(post).filter(direction="out", book__isnull=False)
    return rows.select_related("signer__user", "drafter__user", "drafter__unit").defer(*_LONG)


def _of_outgoing(model: type[Model], *with_names: str) -> Callable[[Post], QuerySet]:
    """Lines of an office that each speak of a paper that left."""
    long = [f"outgoing__{name}" for name in _LONG]
    return lambda post: (
        model.objects.filter(organisation=post.organisation_id)
        .select_related("outgoing", *with_names)
        .defer(*long)
    )


def _certified(post: Post) -> QuerySet:
    """Copies that have their number, of what goes either way."""
    rows = CertifiedCopy.objects.filter(organisation=post.organisation_id, book__isnull=False)
    return rows.select_related("document", "of_copy").defer("text", "document__search_key")


def _given_to(unit: int) -> Q:
    """Papers that a room was given to lead."""
    leads = Assignment.objects.filter(parent=None, role=Assignment.Role.LEAD, assignee__unit=unit)
    return Q(pk__in=lines.standing(leads).values("incoming"))


ISSUED = Book(
    name="issued",
    title="Sổ đăng ký văn bản đi",
    columns=(
        ("Số, ký hiệu văn bản", 21), ("Ngày tháng văn bản", 17), ("Tên loại và trích yếu nội dung văn bản", 40),
        ("Người ký", 18), ("Nơi nhận văn bản", 36), ("Đơn vị, người nhận bản lưu", 20), ("Số lượng bản", 11),
        ("Ngày chuyển", 17), ("Ký nhận", 28), ("Ghi chú", 14),
    ),
    rows=_outgoing,
    order=("number_value", "pk"),
    day="issued_on",
    number="number_value",
    kind="kind",
    of_unit=lambda unit: Q(drafter__unit=unit),
    written=lines.of_issued,
    paper=lambda row: row.get_absolute_url(),
    series="out",
    of_numbers=lines.of_numbers_out,
    lent_for=OF_OUTGOING.lent_for,
)  # fmt: skip

POSTED = Book(
    name="posted",
    title="Sổ gửi văn bản đi bưu điện",
    columns=(
        ("Ngày chuyển", 22), ("Số, ký hiệu văn bản", 28), ("Nơi nhận văn bản", 49), ("Số lượng bì", 21),
        ("Ký nhận và dấu bưu điện", 31), ("Ghi chú", 15),
    ),
    rows=_of_outgoing(PostedEnvelope),
    order=("day", "pk"),
    day="day",
    number="outgoing__number_value",
    kind="outgoing__kind",
    of_unit=lambda unit: Q(outgoing__drafter__unit=unit),
    written=lines.of_posted,
    paper=lambda row: row.outgoing.get_absolute_url(),
    nothing="Văn thư ghi mỗi lần giao bì cho bưu điện ở trang của văn bản đi, phần Nơi nhận.",
)  # fmt: skip

COPIES = Book(
    name="copies",
    title="Sổ sử dụng bản lưu",
    columns=(
        ("Ngày tháng", 17), ("Họ tên người sử dụng", 22), ("Số, ký hiệu ngày tháng văn bản", 28),
        ("Tên loại và trích yếu nội dung văn bản", 36), ("Số và ký hiệu HS", 16), ("Ký nhận", 26), ("Ngày trả", 17),
        ("Người cho phép sử dụng", 21), ("Ghi chú", 15),
    ),
    rows=_of_outgoing(KeptCopyUse, "allowed_by__user"),
    order=("day", "pk"),
    day="day",
    number="outgoing__number_value",
    kind="outgoing__kind",
    of_unit=lambda unit: Q(outgoing__drafter__unit=unit),
    written=lines.of_copies,
    paper=lambda row: row.outgoing.get_absolute_url(),
    nothing="Văn thư ghi mỗi lần cho sử dụng bản lưu ở trang của văn bản đi, phần Nơi nhận.",
)  # fmt: skip

ARRIVED = Book(
    name="arrived",
    title="Sổ đăng ký văn bản đến",
    columns=(
        ("Ngày đến", 17), ("Số đến", 10), ("Tác giả", 22), ("Số, ký hiệu văn bản", 23), ("Ngày tháng văn bản", 17),
        ("Tên loại và trích yếu nội dung văn bản", 44), ("Đơn vị hoặc người nhận", 25), ("Ngày chuyển", 17),
        ("Ký nhận", 26), ("Ghi chú", 16),
    ),
    rows=_incoming,
    order=("arrival_number", "pk"),
    day="arrival_date",
    number="arrival_number",
    kind="kind",
    of_unit=_given_to,
    written=lines.of_arrived,
    paper=lambda row: row.get_absolute_url(),
    series="in",
    of_numbers=lines.of_numbers_in,
    lent_for=OF_INCOMING.lent_for,
)  # fmt: skip

HANDLED = Book(
    name="handled",
    title="Sổ theo dõi giải quyết văn bản đến",
    columns=(
        ("Số đến", 10), ("Tên loại, số, ký hiệu, ngày, tháng và tên cơ quan, tổ chức ban hành văn bản", 60),
        ("Đơn vị hoặc người nhận", 30), ("Thời hạn giải quyết", 18), ("Tiến độ giải quyết", 30),
        ("Số, ký hiệu văn bản trả lời", 24), ("Ghi chú", 20),
    ),
    rows=_incoming,
    order=("arrival_number", "pk"),
    day="arrival_date",
    number="arrival_number",
    kind="kind",
    of_unit=_given_to,
    written=lines.of_handled,
    paper=lambda row: row.get_absolute_url(),
    series="in",
    numbered=False,
)  # fmt: skip

# The law asks for no such book, only for the numbers (Phụ lục I, Part II.3); it is kept as the others are.
CERTIFIED = Book(
    name="certified",
    title="Sổ đăng ký bản sao",
    columns=(
        ("Số, ký hiệu bản sao", 22), ("Ngày sao", 17), ("Hình thức sao", 26), ("Số, ký hiệu, ngày văn bản được sao", 26),
        ("Tên loại và trích yếu nội dung văn bản", 40), ("Người ký bản sao", 20), ("Nơi nhận bản sao", 30), ("Số bản", 10),
        ("Ghi chú", 18),
    ),
    rows=_certified,
    order=("number_value", "pk"),
    day="made_on",
    number="number_value",
    kind="document__kind",
    of_unit=lambda unit: Q(document__outgoing__drafter__unit=unit),
    written=lines.of_certified,
    paper=lambda row: reverse("copies", args=[row.document_id]),
    series="cpy",
    of_numbers=lines.of_numbers_certified,
    nothing="Văn thư sao văn bản ở trang của văn bản đến hoặc văn bản đi, phần Thông tin.",
)  # fmt: skip

# In the order of the law, and what it does not prescribe.
BOOKS = {one.name: one for one in (ISSUED, POSTED, COPIES, ARRIVED, HANDLED, CERTIFIED)}
ADDRESSES = {
    "certified": "ban-sao", "issued": "van-ban-di", "posted": "gui-buu-dien", "copies": "su-dung-ban-luu", "arrived": "van-ban-den",
    "handled": "theo-doi-giai-quyet",
}  # fmt: skip
