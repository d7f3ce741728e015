"""The right to sign a paper, asked when it is written, submitted, approved and signed (decree 30 art. 13)."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from documents.models import Outgoing
from orgs.authority import NoAuthority, block_lines, in_force
from orgs.models import SigningAuthority


def authority_of(signer: int, kind: str, at: datetime) -> SigningAuthority:
    """By what right the holder of the post `signer` signs a paper of that kind at that second.

    Raises ValidationError with the reason.
    """
    try:
        return in_force(signer, kind=kind, at=at)
    except NoAuthority as why:
        raise ValidationError(str(why)) from why


def chairs(outgoing: Outgoing, at: datetime) -> None:
    """What is issued in a board's name its chair signs, or its deputy in the chair's place, while the board is there. Raises ValidationError."""
    board, day = outgoing.board, timezone.localdate(at)
    if board is None:
        return
    if not (board.since <= day and (board.ended_on is None or day < board.ended_on)):
        raise ValidationError(f"{board.name} đã kết thúc hoặc chưa thành lập, không ban hành văn bản được.")
    if outgoing.signer_id not in (board.chair_id, board.deputy_id):
        deputy = f", hoặc {board.deputy.user} ký thay" if board.deputy else ""
        raise ValidationError(f"Văn bản của {board.name} do {board.chair.user} ký, thay mặt{deputy}.")


def lines_of(outgoing: Outgoing, authority: SigningAuthority, at: datetime) -> tuple[str, ...]:
    """Box 7a as printed on this paper."""
    return outgoing.board.block(outgoing.signer_id) if outgoing.board_id else block_lines(authority, at)


def right_to_sign(outgoing: Outgoing, at: datetime) -> SigningAuthority:
    """The right at that second, which is the one the submitted page was laid out for.

    Raises ValidationError when there is none, or when the page would name it otherwise today.
    """
    try:
        authority = authority_of(outgoing.signer_id, outgoing.kind, at)
        chairs(outgoing, at)
    except ValidationError as why:
        raise ValidationError(f"Chưa ký được. {why.message} Văn bản giữ nguyên; có thể trả lại để chọn người ký khác.") from why  # fmt: skip
    now = lines_of(outgoing, authority, at)
    if "\n".join(now) != outgoing.signer_lines:
        printed = " / ".join(outgoing.signer_lines.splitlines())
        raise ValidationError(
            f"Thẩm quyền ký đã thay đổi từ khi trình: trên trang là “{printed}”, nay là “{' / '.join(now)}”."
            " Hãy trả lại để trình bản mới."
        )
    return authority
