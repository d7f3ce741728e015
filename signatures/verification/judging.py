"""One file, from its bytes to the verdict. The order: structure, integrity, changes, time, chain, revocation."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from . import pictures, signer, stamps
from .chain import Standing, World, standing
from .changes import Changes, Level
from .evidence import Evidence, carried_by, certificates, stored_in
from .finding import PADES, Found
from .pdf import File
from .signer import Signed, issuer_of, subject_of
from .verdict import CLOCK, STAMP, VIETNAM, SignatureVerdict

_CHANGES = {
    Level.NONE: "Không có thay đổi.",
    Level.VALIDATION: "Chỉ bổ sung dữ liệu xác thực.",
    Level.FORM: "Chỉ điền số, ngày và ký tiếp.",
    Level.OTHER: "Nội dung bị thay đổi sau khi ký.",
}
_CHANGED = "tệp bị thay đổi trái phép sau khi ký."
_WRONG = timedelta(days=1)  # by which a signer's clock, or its time zone, may be wrong
_IMPOSSIBLE = "Giờ ký do máy người ký ghi ({time:%H:%M ngày %d/%m/%Y}) không thể đúng: ngoài hạn chứng thư số hoặc ở tương lai."
_TWICE = "tệp chứa hai bản của cùng một đối tượng, phần mềm đọc có thể hiện bản khác với bản đã ký; cần xem bằng mắt."
_log = logging.getLogger(__name__)


@dataclass
class Times:
    """Until when the file is known to have existed: by arrival or now, and earlier by document time stamps."""

    now: datetime
    stamps: list[tuple[Found, stamps.Stamp]]  # the trusted ones

    def proven(self, one: Found) -> datetime:
        """The earliest moment proven for this signature: by time stamps whose own bytes hold all of it."""
        return min([self.now, *(stamp.time for stamped, stamp in self.stamps if _holds(stamped, one))])

    def renewed(self, one: Found) -> bool:
        """A trusted time stamp over the document holds it."""
        return any(_holds(stamped, one) for stamped, _ in self.stamps)


def _holds(stamp: Found, one: Found) -> bool:
    """All bytes that `one` covers, and its value between them, lie before the place of the stamp's own value.

    Asked of bytes, not of revisions: an index that is stamped may point at places that were written afterwards."""
    return not stamp.fault and not one.fault and one.end <= stamp.entries["ByteRange"][1]


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
    """The longest first: each proves the time at which those it holds must have been in force."""
    times, results = Times(now, []), {}
    for one in reversed(found):  # they are in the order of their lengths
        if not one.is_stamp or one.fault:
            continue
        stamp = stamps.judge(one.signed_data, one.digest, proven=times.proven(one), known=stored, world=world)
        results[id(one)] = stamp
        if stamp.trusted:
            times.stamps.append((one, stamp))
    return times, results


def _unreadable(one: Found) -> SignatureVerdict:
    """Nobody can be named: there is no CMS, or it carries no certificate."""
    return SignatureVerdict(
        field=one.name, verdict="invalid" if one.fault else "unknown", signer_name="Chữ ký không đọc được",
        organisation="", title="", signed_at=None, level="", covers_whole_file=False, changes_after="",
        reasons=[one.fault or signer.OLD_FORM.format(form=one.form)],
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
        if signed is None or signed.cert is None:
            return _unreadable(Found(self.found.name, self.file, {}, fault))
        known = (self.stored or Evidence()) + carried_by(self.found.signed_data)
        proven = self.times.proven(self.found)
        stamp = self._stamp(known, proven)
        moment = min(stamp.time, proven) if stamp and stamp.trusted else proven
        stamped = (stamp is not None and stamp.trusted) or proven < self.times.now
        place = standing(signed.cert, purpose="sign", at=moment, known=known, world=self.world)
        reasons, doubts = self._reasons(fault, signed, stamp, stamped, place, moment)
        return self._verdict(
            signed, level if signed.intact else None, reasons=reasons or doubts,
            verdict="invalid" if reasons else "unknown" if doubts else "valid",
            signed_at=moment if stamped else self._claimed(signed.cert), source=STAMP if stamped else CLOCK,
            pades_level=self._level(signed, stamped, place), revocation=place.revocation,
            remarks=self._remarks(stamped, place, signed.cert),
            silent=[*place.silent, *(stamp.standing.silent if stamp else ())],
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
        try:
            found = self.found
            others = certificates(self.stored.certs if self.stored else ())
            signed = signer.of_pdf(found.form, found.signed_data, found.digest, others)
        except Exception:  # a CMS that contradicts itself
            _log.debug("signature in %r", self.found.name, exc_info=True)
            return self._named_only(), signer.MISFIT
        return signed, signed.fault

    def _named_only(self):
        """Who it claims to be, so that the clerk can tell the sender. Proves nothing."""
        try:
            return Signed(signer.named(self.found.signed_data), False, False)
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

    def _reasons(self, fault, signed, stamp, stamped, place: Standing, moment) -> tuple[list[str], list[str]]:
        """What makes it wrong, and what leaves it open."""
        if fault:
            return [fault], []
        if place.state == "revoked":
            return [place.reason], []
        if stamp is not None and not stamp.right:
            return [stamps.FORGED], []
        doubts = [*self._hidden(), *signed.doubts]
        if weak := signed.weak_at(moment):
            doubts.append(weak)
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
        """What a later signer's picture, or a reader's own mending, may hide from this signature's reader."""
        if self.changes.mended_otherwise(self.found.end):
            return [_TWICE]
        places = [place for step in self.changes.after(self.found.end) for place in step.places]
        return self.pictures.doubts(self.found.end, places)

    def _claimed(self, cert) -> datetime | None:
        """What the signer's clock said; None when that cannot be: nobody is told a time that is shown to be wrong."""
        told = self.found.claimed_time
        if told is None:
            return None
        begins, ends = cert.not_valid_before - _WRONG, min(cert.not_valid_after, self.times.now) + _WRONG
        return told if begins <= told <= ends else None

    def _remarks(self, stamped: bool, place: Standing, cert) -> list[str]:
        if not stamped and self.found.claimed_time is not None and self._claimed(cert) is None:
            return [_IMPOSSIBLE.format(time=self.found.claimed_time.astimezone(VIETNAM))]
        if not stamped or place.state != "good" or place.revoked_at is None:
            return []
        return [
            f"{place.revocation} Dấu thời gian cho thấy văn bản đã ký trước đó nên chữ ký vẫn có giá trị."
        ]

    def _level(self, signed: Signed, stamped: bool, place: Standing) -> str:
        """PAdES baseline level (ETSI EN 319 142-1) by what the file holds and what that proves."""
        if self.found.form != PADES or not signed.bound:
            return "CMS"
        if not stamped:
            return "B-B"
        if self.stored is None or place.state != "good" or not place.proven_by_file:
            return "B-T"
        return "B-LTA" if self.times.renewed(self.found) else "B-LT"

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
