"""One file, from its bytes to the verdict. The order: structure, integrity, changes, time, chain, revocation."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import core

from . import pictures, stamps
from .chain import WEAK, Standing, World, standing
from .changes import Changes, Level
from .evidence import Evidence, carried_by, stored_in
from .finding import NO_SIGNATURE, OLD_FORMS, PADES, Found
from .pdf import File
from .signer import Signed, issuer_of, read, signer_of, subject_of
from .verdict import CLOCK, STAMP, VIETNAM, SignatureVerdict

_CHANGES = {
    Level.NONE: "Không có thay đổi.",
    Level.VALIDATION: "Chỉ bổ sung dữ liệu xác thực.",
    Level.FORM: "Chỉ điền số, ngày và ký tiếp.",
    Level.OTHER: "Nội dung bị thay đổi sau khi ký.",
}
OLD_FORM = "chữ ký theo kiểu cũ ({}), dùng thuật toán đã lỗi thời; hệ thống không kiểm tra được."
_CHANGED = "tệp bị thay đổi trái phép sau khi ký."
_log = logging.getLogger(__name__)


@dataclass
class Times:
    """Until when the file is known to have existed: by arrival or now, and earlier by document time stamps."""

    now: datetime
    stamps: list[tuple[int, stamps.Stamp]]  # number of bytes covered and stamp, the trusted ones

    def proven(self, end: int) -> datetime:
        """The earliest moment proven for all that stood in the first `end` bytes of the file."""
        return min([self.now, *(one.time for covered, one in self.stamps if covered >= end)])


def judge_all(file: File, found: list[Found], world: World, at: datetime | None) -> list[SignatureVerdict]:
    sound = [one for one in found if not one.fault]
    changes, stored = Changes(file, [one.end for one in sound]), stored_in(file.newest)
    now = (at or datetime.now(UTC)).astimezone(UTC)
    times, stamped = _document_stamps(found, stored or Evidence(), world, now)
    last = next((one for one in reversed(found) if not one.is_stamp), None)
    seen = pictures.Pictures(file, last.end if last and not last.fault else None)
    judged = []
    for one in found:
        if one.signed_data is None:
            judged.append(_unreadable(one))
            continue
        asking = _Asking(file, one, changes, stored, times, world, one is last, seen)
        judged.append(asking.stamp(stamped[id(one)]) if id(one) in stamped else asking.judge())
    return judged


def _document_stamps(found, stored: Evidence, world: World, now: datetime):
    """Newest first: each proves the time at which the older ones must have been in force."""
    times, results = Times(now, []), {}
    for one in reversed(found):
        if not one.is_stamp or one.fault:
            continue
        stamp = stamps.judge(
            one.signed_data, one.digest, proven=times.proven(one.end), known=stored, world=world
        )
        results[id(one)] = stamp
        if stamp.trusted:
            times.stamps.append((one.end, stamp))
    return times, results


def _unreadable(one: Found) -> SignatureVerdict:
    return SignatureVerdict(
        field=one.name, verdict="invalid", signer_name="Chữ ký không đọc được", organisation="", title="",
        signed_at=None, level="", covers_whole_file=False, changes_after="", reasons=[one.fault],
    )  # fmt: skip


class _Asking:
    """All that is asked about one signature."""

    def __init__(self, file, found, changes, stored, times, world, last, seen):
        self.file, self.found = file, found
        self.changes, self.stored, self.times, self.world = changes, stored, times, world
        self.last, self.pictures = last, seen

    def judge(self) -> SignatureVerdict:
        signed, fault = self._signed()
        level, allowed = self._changes()
        fault = fault or self._change_fault(level, allowed)
        if signed is None:
            return _unreadable(Found(self.found.name, self.file, {}, fault))
        if self.found.form in OLD_FORMS:
            return self._of_old_form(signed, level, fault)
        known = (self.stored or Evidence()) + carried_by(self.found.signed_data)
        proven = self.times.proven(self.found.end)
        stamp = self._stamp(known, proven)
        moment = min(stamp.time, proven) if stamp and stamp.trusted else proven
        stamped = (stamp is not None and stamp.trusted) or proven < self.times.now
        place = standing(signed.cert, purpose="sign", at=moment, known=known, world=self.world)
        reasons, doubts = self._reasons(fault, signed, stamp, stamped, place)
        return self._verdict(
            signed, level if signed.intact else None, reasons=reasons or doubts,
            verdict="invalid" if reasons else "unknown" if doubts else "valid",
            signed_at=moment if stamped else self.found.claimed_time, source=STAMP if stamped else CLOCK,
            pades_level=self._level(stamped, place, moment), revocation=place.revocation,
            remarks=self._remarks(signed, known, moment, stamped, place),
            silent=[*place.silent, *(stamp.standing.silent if stamp else ())],
        )  # fmt: skip

    def _of_old_form(self, signed: Signed, level: Level, fault: str) -> SignatureVerdict:
        return self._verdict(
            signed, None if fault else level, reasons=[fault or OLD_FORM.format(self.found.form)],
            verdict="invalid" if fault else "unknown", signed_at=self.found.claimed_time, source=CLOCK,
            pades_level="CMS", revocation="", remarks=[], silent=[],
        )  # fmt: skip

    def stamp(self, stamp) -> SignatureVerdict:
        """A time stamp over the document."""
        level, allowed = self._changes()
        fault = "" if stamp.intact else "nội dung đã đóng dấu thời gian bị sửa đổi."
        fault = fault or ("" if stamp.right else stamps.FORGED)
        fault = fault or self._change_fault(level, allowed)
        doubt = "" if fault or stamp.trusted else f"dấu thời gian: {stamp.standing.reason}"
        who = subject_of(stamp.cert) if stamp.cert else {}
        return SignatureVerdict(
            field=self.found.name, verdict="invalid" if fault else "unknown" if doubt else "valid",
            signer_name=who.get("signer_name") or "Dấu thời gian", organisation=who.get("organisation", ""), title="",
            signed_at=stamp.time.astimezone(VIETNAM) if stamp.time else None, level="",
            covers_whole_file=self.found.whole,
            changes_after=_CHANGES[level], reasons=[fault or doubt] if fault or doubt else [], capacity="stamp",
            time_source=STAMP, revocation=stamp.standing.revocation, asked_in_vain=list(stamp.standing.silent),
            **_certificate(stamp.cert),
        )  # fmt: skip

    def _signed(self) -> tuple[Signed | None, str]:
        if self.found.fault:
            return self._named_only(), self.found.fault
        if self.found.form in OLD_FORMS:
            return self._named_only(), ""
        try:
            if self.found.signed_data["encap_content_info"]["content"] is not core.VOID:
                return self._named_only(), NO_SIGNATURE
            signed = read(self.found.signed_data, content_type="data", digest=self.found.digest)
        except Exception:  # a CMS that contradicts itself
            _log.debug("signature in %r", self.found.name, exc_info=True)
            return self._named_only(), "chữ ký không khớp với chứng thư số."
        if not signed.intact:
            return signed, "nội dung đã ký bị sửa đổi."
        return signed, "" if signed.right else "chữ ký không khớp với chứng thư số."

    def _named_only(self):
        """Who it claims to be, so that the clerk can tell the sender. Proves nothing."""
        try:
            return Signed(signer_of(self.found.signed_data), False, False, False)
        except Exception:
            return None

    def _changes(self) -> tuple[Level, bool]:
        if self.found.fault:
            return Level.OTHER, False
        steps = self.changes.after(self.found.end)
        level = max((step.level for step in steps), default=Level.NONE)
        return level, all(self.found.permission.allows(step) for step in steps)

    def _change_fault(self, level: Level, allowed: bool) -> str:
        if self.found.fault:
            return self.found.fault
        if not allowed:
            return _CHANGED
        # Filling a field is allowed between the person and the agency; after the last one nobody vouches for it.
        if self.last and level > Level.VALIDATION:
            return "có thông tin được điền thêm sau chữ ký cuối cùng, không ai xác nhận."
        return pictures.DIFFERENT if self.pictures.differ else ""

    def _stamp(self, known, proven):
        """The first trusted stamp in the signature; else the first that is there, to say what is wrong with it."""
        found = [
            stamps.over_signature(token, self.found.signed_data, proven=proven, known=known, world=self.world)
            for token in stamps.tokens(self.found.signed_data)[:5]
        ]
        return next((one for one in found if one.trusted), found[0] if found else None)

    def _reasons(self, fault, signed, stamp, stamped, place: Standing) -> tuple[list[str], list[str]]:
        """What makes it wrong, and what leaves it open."""
        if fault:
            return [fault], []
        if place.state == "revoked":
            return [place.reason], []
        if stamp is not None and not stamp.right:
            return [stamps.FORGED], []
        doubts = list(self._hidden())
        if signed.weak:
            doubts.append(WEAK)
        if stamp is not None and not stamp.trusted and not stamped:
            doubts.append(f"dấu thời gian trên chữ ký: {stamp.standing.reason}")
        if place.state != "good" and place.expired and not stamped:
            doubts.append(
                "chứng thư số không còn hạn lúc kiểm tra và chữ ký không có dấu thời gian để đối chiếu."
            )
        elif place.state != "good":
            doubts.append(place.reason)
        return [], list(dict.fromkeys(doubts))

    def _hidden(self) -> list[str]:
        """What a later signer's picture may hide from this signature's reader."""
        places = [place for step in self.changes.after(self.found.end) for place in step.places]
        return self.pictures.doubts(self.found.end, places)

    def _remarks(self, signed, known, moment, stamped, place: Standing) -> list[str]:
        if not stamped or place.state != "good" or (place.proven_by_file and self.world.fetch is None):
            return []
        later = standing(
            signed.cert,
            purpose="sign",
            at=moment,
            revocation_at=self.times.now,
            known=known,
            world=self.world,
        )
        if later.state != "revoked":
            return []
        return [
            f"{later.revocation} Dấu thời gian cho thấy văn bản đã ký trước đó nên chữ ký vẫn có giá trị."
        ]

    def _level(self, stamped: bool, place: Standing, moment) -> str:
        """PAdES baseline level (ETSI EN 319 142-1) by what the file holds and what that proves."""
        if self.found.form != PADES:
            return "CMS"
        if not stamped:
            return "B-B"
        if self.stored is None or place.state != "good" or not place.proven_by_file:
            return "B-T"
        later = [one for end, one in self.times.stamps if end > self.found.end]
        return "B-LTA" if later else "B-LT"

    def _verdict(
        self, signed, level, *, verdict, reasons, signed_at, source, pades_level, revocation, remarks, silent
    ):
        return SignatureVerdict(
            field=self.found.name, verdict=verdict,
            signed_at=signed_at.astimezone(VIETNAM) if signed_at else None, level=pades_level,
            covers_whole_file=self.found.whole,
            changes_after=_CHANGES.get(level, ""),  # of what is not what was signed, nothing more is said
            reasons=reasons, time_source=source, revocation=revocation, remarks=remarks,
            asked_in_vain=list(dict.fromkeys(silent)) if verdict == "unknown" else [],
            **subject_of(signed.cert), **_certificate(signed.cert),
        )  # fmt: skip


def _certificate(cert) -> dict:
    if cert is None:
        return {}
    return {
        "serial": f"{cert.serial_number:x}",
        "issuer": issuer_of(cert),
        "not_after": cert.not_valid_after.astimezone(VIETNAM),
    }
