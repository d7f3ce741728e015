"""Advisory boards that issue under their own name: a series of numbers of their own (decree 30 Phụ lục I.II.3a)."""

import re
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from documents.access import may
from documents.journey import record
from documents.kinds import KINDS
from documents.models import Board, KindSeries
from orgs.models import Post, Role, Unit
from ui.text import nfc

NOT_FREE = {
    "DEN",
    "SY",
    "TrS",
    "SL",
    "SAO",
}  # of what came, and of copies (Phụ lục I Part II): series of their own
_CODE = re.compile(r"[A-ZĐ][A-Za-zĐđ0-9]{1,9}")
CHAIRS = (Role.LEADER, Role.OFFICE_HEAD, Role.UNIT_HEAD)


def boards_of(post: Post, at: datetime) -> QuerySet[Board]:
    """The boards of the office that are there at that moment."""
    day = timezone.localdate(at)
    there = Q(ended_on=None) | Q(ended_on__gt=day)
    return Board.objects.filter(there, organisation=post.organisation_id, since__lte=day).order_by("pk")


@transaction.atomic
def add_board(
    *, name: str, abbreviation: str, signs_as: str, chair: Post, chair_title: str, decision: str, since: date, by: Post,
    at: datetime, deputy: Post | None = None, deputy_title: str = "",
) -> Board:  # fmt: skip
    """From `since` on the office issues in its name too, by numbers of its own from 01.

    Raises PermissionDenied for anybody but the clerk and the administrator of the office; ValidationError for a chair of
    another office, a day behind us, or an abbreviation that stands for something else in a notation or a series.
    """
    _check(by, chair, deputy)
    abbreviation, office = nfc(abbreviation).strip(), by.organisation
    if since < timezone.localdate(at):
        raise ValidationError({"since": "Từ hôm nay hoặc một ngày sắp tới."})
    if not _CODE.fullmatch(abbreviation):
        raise ValidationError(
            {"abbreviation": "Chữ viết tắt viết liền, bắt đầu bằng chữ hoa, 2–10 chữ, ví dụ HĐTĐ."}
        )
    taken = abbreviation in {*KINDS, *NOT_FREE, office.abbreviation}
    taken = taken or Unit.objects.filter(organisation=office, abbreviation=abbreviation).exists()
    if taken or KindSeries.objects.filter(organisation=office, series=abbreviation).exists():
        raise ValidationError({"abbreviation": f"“{abbreviation}” đã dùng cho cơ quan, đơn vị, loại văn bản hoặc hệ thống số khác."})  # fmt: skip
    try:
        with transaction.atomic():
            made = Board.objects.create(
                organisation=office, name=nfc(name), abbreviation=abbreviation, signs_as=nfc(signs_as), chair=chair,
                chair_title=nfc(chair_title), deputy=deputy, deputy_title=nfc(deputy_title) if deputy else "", decision=decision, since=since, by=by, at=at,
            )  # fmt: skip
    except IntegrityError as twice:
        raise ValidationError(
            {"abbreviation": f"“{abbreviation}” là của một hội đồng, ban, tổ đã có."}
        ) from twice
    said = {
        "text": f"{made.name}: hệ thống số {abbreviation} từ {since:%d/%m/%Y}",
        "board": made.pk,
        "reason": decision,
    }
    record("add_board", None, by=by, at=at, organisation=office, payload=said)
    return made


@transaction.atomic
def change_board(
    board: Board, *, chair: Post, chair_title: str, ended_on: date | None = None, by: Post, at: datetime,
    deputy: Post | None = None, deputy_title: str = "",
) -> None:  # fmt: skip
    """Somebody else chairs it from now on, or is the chair's deputy, or from `ended_on` on nothing more is issued in its name; its numbers stay.

    What waits for the former chair is sent back and submitted anew: its page says another. Raises as `add_board`.
    """
    _check(by, chair, deputy)
    if board.organisation_id != by.organisation_id:
        raise PermissionDenied("Hội đồng, ban, tổ của cơ quan khác.")
    if ended_on is not None and ended_on < max(board.since, timezone.localdate(at)):
        raise ValidationError({"ended_on": "Từ hôm nay hoặc một ngày sắp tới, không trước ngày thành lập."})
    board.chair, board.chair_title, board.ended_on = chair, nfc(chair_title), ended_on
    board.deputy, board.deputy_title = deputy, nfc(deputy_title) if deputy else ""
    board.save(update_fields=["chair", "chair_title", "ended_on", "deputy", "deputy_title"])
    stands_in = f"; cấp phó {deputy.user}, {board.deputy_title}" if deputy else ""
    ends = f", kết thúc từ {ended_on:%d/%m/%Y}" if ended_on else ""
    said = {
        "text": f"{board.name}: {chair.user}, {board.chair_title}{stands_in}{ends}",
        "board": board.pk,
        "chair": chair.pk,
        "deputy": deputy and deputy.pk,
    }
    record("change_board", None, by=by, at=at, organisation=by.organisation, payload=said)


def _check(by: Post, chair: Post, deputy: Post | None) -> None:
    if not may(by, "set_series"):
        raise PermissionDenied("Chỉ văn thư hoặc quản trị của cơ quan đặt hệ thống số.")
    if chair.organisation_id != by.organisation_id or chair.role not in CHAIRS:
        raise ValidationError({"chair": "Người đứng đầu ký thay mặt phải là lãnh đạo của cơ quan."})
    if deputy and (deputy.organisation_id != by.organisation_id or deputy.role not in CHAIRS):
        raise ValidationError({"deputy": "Cấp phó ký thay phải là lãnh đạo của cơ quan."})
    if deputy == chair:
        raise ValidationError({"deputy": "Cấp phó phải là người khác với người đứng đầu."})
