"""The two signatures under the minutes of a batch, whatever holds the key: at once, or after a confirmation elsewhere. The second
takes all files over."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from casefiles.actions.archive import checked
from casefiles.actions.exports import ask_of_taken
from casefiles.actions.transfers import archivists, check, files_of, held, take_step, tell_of
from casefiles.journey import move_all
from casefiles.models import Transfer
from casefiles.transfer_states import TRANSFER
from documents import blobs
from documents.journey import NotAllowedNow
from documents.layout.sides import GIVES, TAKES
from orgs.actions.notices import hold as hold_accounts
from orgs.actions.notices import tell
from orgs.models import Post
from orgs.models.notice import WORK
from signatures import elsewhere
from signatures.actions.papers import unharmed
from signatures.actions.sides import begin_side as ask_elsewhere
from signatures.actions.sides import sign_side
from signatures.models import Certificate, SigningSession
from signatures.services import Services

STEPS_ELSEWHERE = {"sign_giving": "giving", "sign_taking": "taking"}  # as sessions name them


def sign_giving(
    transfer: Transfer, *, by: Post, at: datetime, pin: str = "", services: Services | None = None
) -> None:
    """Bên giao, with a key that answers at once. Raises SigningError beside the refusals of a step; then nothing changes."""
    ready_to_sign(transfer, "sign_giving", by)
    before = transfer.minutes
    data = unharmed(blobs.read(before), before.pk)
    signed = sign_side(data, side=GIVES, last=False, by=by, at=at, pin=pin, services=services)
    keep_giving(transfer, *signed, before=before.pk, by=by, at=at)


def sign_taking(
    transfer: Transfer, *, by: Post, at: datetime, pin: str = "", services: Services | None = None
) -> None:
    """Bên nhận: with this signature every file of the batch is the archive's, all of them or none.

    Raises ValidationError naming a file that is no longer whole, SigningError, and the refusals of a step.
    """
    ready_to_sign(transfer, "sign_taking", by)
    before = transfer.minutes
    data = unharmed(blobs.read(before), before.pk)
    signed = sign_side(data, side=TAKES, last=True, by=by, at=at, pin=pin, services=services)
    keep_taking(transfer, *signed, before=before.pk, by=by, at=at)


def ready_to_sign(transfer: Transfer, name: str, by: Post) -> None:
    """Asks early what the act will ask again, so that no key is used in vain; of the last signature, every byte once more."""
    check(transfer, name, by=by)
    if name == "sign_taking":
        wrong = [f"Hồ sơ {case.code}, {line}" for case in files_of(transfer) for line in checked(case)]
        if wrong:
            raise ValidationError(wrong[:20])


def keep_giving(
    transfer: Transfer,
    signed: bytes,
    certificate: Certificate,
    level: str,
    *,
    before: str,
    by: Post,
    at: datetime,
) -> None:
    with transaction.atomic(), blobs.storing(signed) as blob:
        transfer, cases = held(transfer, "sign_giving", by)
        _same(transfer, before)
        keepers = archivists(by, at)
        hold_accounts({post.user_id for post in keepers})
        take_step(transfer, "sign_giving", {"minutes": blob, "given_by": by, "given_at": at})
        text = f"Bên giao đã ký biên bản giao nhận {len(cases)} hồ sơ, chờ lưu trữ ký."
        tell([post.user for post in keepers], text, at=at, url=transfer.get_absolute_url(), kind=WORK)
        said = {"certificate": certificate.serial, "level": level, "sha256": blob.sha256, "before": before}
        tell_of("sign_giving", transfer, by=by, at=at, note=transfer.name, **said)


def keep_taking(
    transfer: Transfer,
    signed: bytes,
    certificate: Certificate,
    level: str,
    *,
    before: str,
    by: Post,
    at: datetime,
) -> None:
    with transaction.atomic(), blobs.storing(signed) as blob:
        transfer, cases = held(transfer, "sign_taking", by)
        _same(transfer, before)
        users = {case.creator.user_id: case.creator.user for case in cases} | {
            transfer.by.user_id: transfer.by.user
        }
        hold_accounts(users)
        take_step(transfer, "sign_taking", {"minutes": blob, "receiver": by, "ended_at": at})
        text = f"Lưu trữ đã ký biên bản và nhận {len(cases)} hồ sơ: {transfer.name}."
        tell(users.values(), text, at=at, url=transfer.get_absolute_url(), kind=WORK)
        ask_of_taken(cases, by=by, at=at)
        said = {"certificate": certificate.serial, "level": level, "sha256": blob.sha256, "before": before}
        tell_of("sign_taking", transfer, by=by, at=at, note=transfer.name, **said)
        payload = {"note": "theo biên bản giao nhận", "transfer": transfer.pk}
        move_all(cases, "accept_file", by=by, at=at, payload=payload)


def begin_side(name: str, transfer: Transfer, *, by: Post, at: datetime) -> SigningSession:
    """The same with a key at a telephone or at the signer's computer: asked now, kept when it has answered."""
    ready_to_sign(transfer, name, by)
    return ask_elsewhere(STEPS_ELSEWHERE[name], transfer, transfer.minutes, by=by, at=at)


def declare_minutes() -> None:
    """Said when the app is ready, to the floor that asks keys elsewhere."""
    for name, side, keep in (("sign_giving", GIVES, keep_giving), ("sign_taking", TAKES, keep_taking)):
        frm = TRANSFER[name].frm
        elsewhere.declare(
            STEPS_ELSEWHERE[name],
            elsewhere.Minutes(
                find=lambda pk: Transfer.objects.for_page().get(pk=pk),
                words=lambda transfer: f"Ký biên bản giao nhận hồ sơ: {transfer.name}",
                waits=lambda transfer, frm=frm: transfer.minutes_id if transfer.state in frm else "",
                ready=lambda transfer, by, name=name: ready_to_sign(transfer, name, by),
                keep=keep, side=side, last=side == TAKES,
            ),
        )  # fmt: skip


def _same(transfer: Transfer, before: str) -> None:
    if transfer.minutes_id != before:
        raise NotAllowedNow(
            "Biên bản vừa được lập lại trong lúc ký; chữ ký chưa được ghi. Hãy xem và ký bản mới.", transfer
        )
