from django.db import models
from django.db.models import Exists, OuterRef, Q

from orgs.models import Business, Organisation, Post, Role

from .blob import File
from .change import mended
from .consultation import ASKED
from .document import GRANTED, HOLDER, ROW, Document, address_of
from .register import RegisterBook
from .sight import Reason, Sight
from .slip import CARRIED

SEES_ALL_OUTGOING = (Role.CLERK, Role.OFFICE_HEAD, Role.LEADER, Role.ASSISTANT, Role.MONITOR)


def _submitted():
    return Outgoing.objects.exclude(state="draft")


SIGHT = Sight(
    roles=SEES_ALL_OUTGOING,
    papers="văn bản đi",
    lent_for=(Business.DRAFTS,),
    draft="draft",
    unmarked=(Role.ASSISTANT,),  # an answer says what was asked
    marks=("in_reply_to__secrecy_marks", "mends_answer_to__secrecy_marks"),
    reasons=(
        Reason(
            "drafter",
            lambda: Outgoing.objects.all(),
            paper="pk",
            who="drafter",
            said=(),
            words=lambda: "Người soạn",
            lent_for=(Business.DRAFTS,),
        ),
        Reason(
            "unit",
            _submitted,
            paper="pk",
            who="drafter__unit",
            said=("drafter__user__full_name",),
            words=lambda name: f"Trưởng phòng của {name}, người soạn",
            lent_for=(Business.DRAFTS,),
            looks_at="unit",
            roles=(Role.UNIT_HEAD,),
            of_drafts=False,
        ),
        Reason(
            "signer",
            _submitted,
            paper="pk",
            who="signer",
            said=(),
            words=lambda: "Người ký",
            lent_for=(Business.DRAFTS,),
            of_drafts=False,
        ),
        Reason(
            "secretary",
            _submitted,
            paper="pk",
            who="secretary_post",
            said=(),
            words=lambda: "Thư ký hoặc bên kia: ký ở bên trái trang",
            lent_for=(Business.DRAFTS,),
            of_drafts=False,
        ),
        ASKED,
        CARRIED,
        GRANTED,
    ),
)


class Circulation(models.TextChoices):
    """Box 11, as it is printed (Phụ lục I.III.2c)."""

    RETURN = "XEM XONG TRẢ LẠI", "Xem xong trả lại"
    INTERNAL = "LƯU HÀNH NỘI BỘ", "Lưu hành nội bộ"


class OutgoingQuerySet(models.QuerySet):
    def visible_to(self, post: Post):
        """A draft is its author's until it is submitted; then the unit's, the office's and the signer's; and
        whoever is asked about it, or has a slip about it before them, sees it from the start. What answers a paper with a
        mark of secrecy, or mends such an answer, no assistant sees, as he does not see the paper."""
        return SIGHT.of_post(self, post)

    def on_paper(self):
        """Those that left on paper (`Outgoing.on_paper`)."""
        return self.filter(
            Exists(File.objects.filter(document=OuterRef("pk"), part="main", stage="received"))
        )

    def for_list(self):
        return self.select_related("holder__user", "organisation", "drafter__user", "in_reply_to")

    def for_rows(self, *also: str):
        """What a line of a list shows, and no more; `also`: what the columns read that a person added."""
        signer = ["signer__user"] if any(name.startswith("signer__") for name in also) else []
        read = self.select_related("holder__user", "drafter__user", "in_reply_to", *signer)
        return read.annotate(mended=mended()).only(
            *ROW, *HOLDER, "issued_on", "drafter__user__full_name", "drafter__user__username", "in_reply_to__due_on", *also
        )  # fmt: skip


class Outgoing(Document):
    """A paper this office makes, from draft to issue. The PDF is rendered at each submission, never after
    the first signature (house rule 5)."""

    drafter = models.ForeignKey(Post, models.PROTECT, related_name="drafts")
    signer = models.ForeignKey(Post, models.PROTECT, related_name="to_sign")
    in_reply_to = models.ForeignKey(
        "documents.Incoming", models.PROTECT, null=True, blank=True, related_name="replies"
    )
    # Of what mends or replaces an answer: the paper that was answered. No second answer, but it says as much of it.
    mends_answer_to = models.ForeignKey(
        "documents.Incoming", models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )
    board = models.ForeignKey(  # in whose name the office issues it; empty: in its own
        "documents.Board", models.PROTECT, null=True, blank=True, related_name="papers", db_index=False
    )
    recipients = models.ManyToManyField(Organisation, related_name="+", blank=True)
    addressees = models.TextField("kính gửi", max_length=2000, blank=True, help_text="Mỗi nơi một dòng")
    bases = models.TextField("căn cứ", max_length=4000, blank=True, help_text="Mỗi căn cứ một dòng")
    body = models.TextField("nội dung", max_length=200_000)
    other_recipients = models.TextField(
        "nơi nhận khác", max_length=2000, blank=True, help_text="Mỗi nơi một dòng"
    )
    # Of `kinds.TWO_SIDES`: the name at the left. Of minutes who wrote them down (decree 30 Phụ lục III, mẫu 1.9), "" is the
    # drafter; of the others the other party, "" is nobody.
    secretary = models.CharField("thư ký", max_length=100, blank=True, default="", db_default="")
    # Who of the office signs there with a certificate of his own, before the signer; empty: by hand, or elsewhere.
    secretary_post = models.ForeignKey(
        Post, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    # What the page says beside its text, where there is anything to say: box 11; box 12, with how many copies are issued on
    # paper (Phụ lục VI, II.I.15); box 13, the address of the office.
    circulation = models.CharField(
        "phạm vi lưu hành", max_length=20, choices=Circulation, blank=True, default="", db_default=""
    )
    drafter_mark = models.CharField(
        "ký hiệu người soạn", max_length=20, blank=True, default="", db_default=""
    )
    issued_amount = models.PositiveSmallIntegerField("số lượng bản phát hành", null=True, blank=True)
    with_contact = models.BooleanField("in địa chỉ cơ quan", default=False, db_default=False)
    version = models.PositiveSmallIntegerField(default=0, editable=False)
    signer_lines = models.TextField(blank=True, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    signed_at = models.DateTimeField(null=True, editable=False)
    book = models.ForeignKey(RegisterBook, models.PROTECT, null=True, editable=False)
    number_value = models.PositiveIntegerField(null=True, editable=False)
    issued_at = models.DateTimeField("phát hành lúc", null=True, editable=False)

    objects = OutgoingQuerySet.as_manager()

    class Meta:
        verbose_name = "văn bản đi"
        constraints = [
            models.UniqueConstraint(fields=["book", "number_value"], name="outgoing_number_once"),
            models.CheckConstraint(
                condition=Q(book=None, number_value=None) | Q(book__isnull=False, number_value__gte=1),
                name="outgoing_number_with_book",
            ),
        ]
        indexes = [
            models.Index(
                fields=["secretary_post"], condition=~Q(secretary_post=None), name="outgoing_secretary"
            )
        ]

    @property
    def deadline(self):
        """By when this paper must be out: an answer inherits it. `due_on` is what we ask of the recipients."""
        return self.in_reply_to.due_on if self.in_reply_to_id else self.due_on

    @property
    def on_paper(self) -> bool:
        """It left on paper and is here as its scan (documents/actions/outgoing/entered.py)."""
        return self.files.filter(part="main", stage="received").exists()

    def get_absolute_url(self):
        return address_of("outgoing", self.pk)

    def current_file(self):
        """The main file as it stands: the last stage of the last version."""
        return main_files(self.files).first()


def main_files(files):
    """Of these files the main ones, the one as it stands first."""
    return files.filter(part="main").select_related("blob").order_by("-version", "-pk")
