"""One file, from its bytes to the verdict. The order: structure, integrity, changes, time, chain, revocation."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation.status import SignatureCoverageLevel

from . import signer, stamps, structure
from .chain import Standing, World, standing
from .changes import Changes
from .evidence import Evidence, carried_by, certificates, stored_in
from .finding import PADES, Found, end_of
from .objects import got
from .reading import Reader
from .signer import Signed, issuer_of, subject_of
from .verdict import CLOCK, STAMP, VIETNAM, SignatureVerdict

_CHANGES = {
    ModificationLevel.NONE: "Không có thay đổi.",
    ModificationLevel.LTA_UPDATES: "Chỉ bổ sung dữ liệu xác thực.",
    ModificationLevel.FORM_FILLING: "Chỉ điền số, ngày và ký tiếp.",
    ModificationLevel.ANNOTATIONS: "Có chú thích được thêm sau khi ký.",
    ModificationLevel.OTHER: "Nội dung bị thay đổi sau khi ký.",
}
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
    return not stamp.fault and not one.fault and end_of(one) <= stamp.signature.byte_range[1]


def judge_all(
    reader: Reader, found: list[Found], world: World, at: datetime | None
) -> list[SignatureVerdict]:
    changes, stored = Changes(reader), stored_in(reader)
    now = (at or datetime.now(UTC)).astimezone(UTC)
    times, stamped = _document_stamps(found, stored or Evidence(), world, now)
    last = next((one for one in reversed(found) if not one.is_stamp), None)
    judged = []
    for one in found:
        if one.signature is None:
            judged.append(_unreadable(one))
            continue
        asking = _Asking(reader, one, changes, stored, times, world, one is last)
        judged.append(asking.stamp(stamped[id(one)]) if id(one) in stamped else asking.judge())
    return judged


def _document_stamps(found, stored: Evidence, world: World, now: datetime):
    """The longest first: each proves the time at which those it holds must have been in force."""
    times, results = Times(now, []), {}
    whole = [one for one in found if one.is_stamp and not one.fault]
    for one in sorted(whole, key=end_of, reverse=True):
        signature = one.signature
        stamp = stamps.judge(
            signature.signed_data,
            signature.compute_digest,
            proven=times.proven(one),
            known=stored,
            world=world,
        )
        results[id(one)] = stamp
        if stamp.trusted:
            times.stamps.append((one, stamp))
    return times, results


def _unreadable(one: Found) -> SignatureVerdict:
    return SignatureVerdict(
        field=one.name, verdict="invalid", signer_name="Chữ ký không đọc được", organisation="", title="",
        signed_at=None, level="", covers_whole_file=False, changes_after="", reasons=[one.fault],
    )  # fmt: skip


class _Asking:
    """All that is asked about one signature."""

    def __init__(self, reader, found, changes, stored, times, world, last):
        self.reader, self.found, self.signature = reader, found, found.signature
        self.changes, self.stored, self.times, self.world = changes, stored, times, world
        self.last = last

    def judge(self) -> SignatureVerdict:
        signed, fault = self._signed()
        level, allowed = self._changes()
        fault = fault or self._change_fault(level, allowed)
        if signed is None or signed.cert is None:
            return _unreadable(Found(self.found.name, self.signature, fault))
        known = (self.stored or Evidence()) + carried_by(self.signature.signed_data)
        proven = self.times.proven(self.found)
        stamp = self._stamp(known, proven)
        moment = min(stamp.time, proven) if stamp and stamp.trusted else proven
        stamped = (stamp is not None and stamp.trusted) or proven < self.times.now
        place = standing(signed.cert, purpose="sign", at=moment, known=known, world=self.world)
        reasons, doubts = self._reasons(fault, signed, stamp, stamped, place, moment)
        return self._verdict(
            signed, level if signed.intact else None, reasons=reasons or doubts,
            verdict="invalid" if reasons else "unknown" if doubts else "valid",
            signed_at=moment if stamped else self._claimed(), source=STAMP if stamped else CLOCK,
            pades_level=self._level(signed, stamped, place), revocation=place.revocation,
            remarks=self._remarks(stamped, place),
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
            covers_whole_file=self._coverage() == SignatureCoverageLevel.ENTIRE_FILE,
            changes_after=_CHANGES[level], reasons=[fault or doubt] if fault or doubt else [], capacity="stamp",
            time_source=STAMP, revocation=stamp.standing.revocation, asked_in_vain=list(stamp.standing.silent),
            **_certificate(stamp.cert),
        )  # fmt: skip

    def _signed(self):
        if self.found.fault:
            return self._named_only(), self.found.fault
        try:
            signed = signer.of_pdf(self.signature, certificates(self.stored.certs if self.stored else ()))
        except Exception:  # a CMS that contradicts itself
            _log.debug("signature in %r", self.found.name, exc_info=True)
            return self._named_only(), signer.MISFIT
        return signed, signed.fault

    def _named_only(self):
        """Who it claims to be, so that the clerk can tell the sender. Proves nothing."""
        try:
            return Signed(self.signature.signer_cert, False, False)
        except Exception:
            return None

    def _coverage(self) -> SignatureCoverageLevel:
        if self.signature.coverage is None:
            self.signature.coverage = self.signature.evaluate_signature_coverage()
        return self.signature.coverage

    def _changes(self) -> tuple[ModificationLevel, bool]:
        coverage = self._coverage()
        if self.found.fault or coverage < SignatureCoverageLevel.ENTIRE_REVISION:
            return ModificationLevel.OTHER, False
        if coverage == SignatureCoverageLevel.ENTIRE_FILE:
            return ModificationLevel.NONE, True
        return self.changes.after(self.signature)

    def _change_fault(self, level, allowed) -> str:
        if self._coverage() < SignatureCoverageLevel.ENTIRE_REVISION:
            return structure.NOT_THE_WHOLE
        if not allowed:
            return "tệp bị thay đổi trái phép sau khi ký."
        # Filling a field is allowed between the person and the agency; after the last one nobody vouches for it.
        if self.last and level > ModificationLevel.LTA_UPDATES:
            return "có thông tin được điền thêm sau chữ ký cuối cùng, không ai xác nhận."
        return ""

    def _stamp(self, known, proven):
        """The first trusted stamp in the signature; else the first that is there, to say what is wrong with it."""
        found = [
            stamps.over_signature(
                token, self.signature.signed_data, proven=proven, known=known, world=self.world
            )
            for token in stamps.tokens(self.signature.signed_data)[:5]
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
        doubts = list(signed.doubts)
        if self.reader.xrefs.hybrid_xrefs_present:
            doubts.append("tệp có hai mục lục khác nhau, mỗi phần mềm có thể hiện một nội dung.")
        if self._hides():
            doubts.append("hình của một chữ ký thêm sau che phần lớn trang; cần xem bằng mắt.")
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

    def _hides(self) -> bool:
        entire = self._coverage() == SignatureCoverageLevel.ENTIRE_FILE
        return not entire and self.changes.hides_page_after(self.signature)

    def _remarks(self, stamped: bool, place: Standing) -> list[str]:
        if not stamped or place.state != "good" or place.revoked_at is None:
            return []
        return [
            f"{place.revocation} Dấu thời gian cho thấy văn bản đã ký trước đó nên chữ ký vẫn có giá trị."
        ]

    def _level(self, signed: Signed, stamped: bool, place: Standing) -> str:
        """PAdES baseline level (ETSI EN 319 142-1) by what the file holds and what that proves."""
        if got(self.signature.sig_object, "/SubFilter") != PADES or not signed.bound:
            return "CMS"
        if not stamped:
            return "B-B"
        if self.stored is None or place.state != "good" or not place.proven_by_file:
            return "B-T"
        return "B-LTA" if self.times.renewed(self.found) else "B-LT"

    def _claimed(self):
        moment = self.signature.self_reported_timestamp
        if moment is None:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)

    def _verdict(
        self, signed, level, *, verdict, reasons, signed_at, source, pades_level, revocation, remarks, silent
    ):
        return SignatureVerdict(
            field=self.found.name, verdict=verdict,
            signed_at=signed_at.astimezone(VIETNAM) if signed_at else None, level=pades_level,
            covers_whole_file=self._coverage() == SignatureCoverageLevel.ENTIRE_FILE,
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
