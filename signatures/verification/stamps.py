"""Time stamps (RFC 3161): in a signature, and over the whole document. A good one is the only proof of a time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, core, tsp, x509
from pyhanko.sign.validation import generic_cms

from .algorithms import weak_digest
from .answers import CLOCKS
from .chain import Standing, World, standing
from .evidence import Evidence, carried_by
from .signer import NO_CERTIFICATE, digest_of, issuer_of, read, subject_of

FORGED = "dấu thời gian không đúng với chữ ký."
_NO_CERTIFICATE = "dấu thời gian không mang chứng thư số của nơi cấp, nên chưa kiểm tra được."
_UNBOUND = "dấu thời gian thiếu thuộc tính signing-certificate (RFC 3161)."
_WEAK = "dấu thời gian dùng thuật toán đã lỗi thời, không còn đủ tin cậy ({name})."


@dataclass(frozen=True)
class Stamp:
    """`right`: the token fits what it stamps, and its own signature as far as that can be tried. `trusted` says whether
    it proves `time`."""

    time: datetime | None
    right: bool
    standing: Standing
    cert: x509.Certificate | None = None
    intact: bool = True

    @property
    def trusted(self) -> bool:
        return self.right and self.time is not None and self.standing.state == "good"

    @property
    def name(self) -> str:
        return subject_of(self.cert)["signer_name"] or issuer_of(self.cert) if self.cert else ""


def tokens(signed_data: cms.SignedData) -> list[cms.SignedData]:
    """Time stamps that are attached to a signature."""
    return list(generic_cms.extract_tst_data_iter(signed_data["signer_infos"][0], signed=False))


def over_signature(
    token: cms.SignedData, signed_data: cms.SignedData, *, proven: datetime, known: Evidence, world: World
) -> Stamp:
    """A stamp over a signature's value."""
    value = signed_data["signer_infos"][0]["signature"].native
    return judge(token, lambda name: digest_of(value, name), proven=proven, known=known, world=world)


def judge(
    token: cms.SignedData, digest: Callable[[str], bytes], *, proven: datetime, known: Evidence, world: World
) -> Stamp:
    """`proven`: a moment at which the token is known to have existed; its authority must still be in force then, must
    not have been revoked when it stamped, nor later for a reason that lets somebody else stamp."""
    nothing = Standing("unknown", FORGED)
    try:
        content = token["encap_content_info"]["content"]
        stamped = content.parsed if isinstance(content, core.ParsableOctetString) else None
        if not isinstance(stamped, tsp.TSTInfo) or len(token["signer_infos"]) != 1:
            return Stamp(None, False, nothing)
        imprint, time = stamped["message_imprint"], stamped["gen_time"].native
        name = imprint["hash_algorithm"]["algorithm"].native
        intact = digest(name) == imprint["hashed_message"].native
        raw = bytes(content)
        found = read(token, content_type="tst_info", digest=lambda algorithm: digest_of(raw, algorithm))
    except Exception:  # a token of a stranger may contradict itself in ways nobody can list
        return Stamp(None, False, nothing)
    if not intact or time > proven + CLOCKS:
        return Stamp(time, False, nothing, found.cert, intact)
    if found.fault == NO_CERTIFICATE:  # nobody asked the authority for it (RFC 3161, 2.4.1: certReq)
        return Stamp(time, True, Standing("unknown", _NO_CERTIFICATE))
    if found.fault:
        return Stamp(time, False, nothing, found.cert)
    weak = weak_digest(name, proven)
    doubt = next(iter(found.doubts), "") or (_WEAK.format(name=weak) if weak else found.weak_at(proven))
    if doubt or not found.bound:
        return Stamp(time, True, Standing("unknown", doubt or _UNBOUND), found.cert)
    # At `proven` the token was there; if its authority was revoked before that, `chain` asks why.
    place = standing(
        found.cert,
        purpose="stamp",
        at=proven,
        revocation_at=time,
        known=known + carried_by(token),
        world=world,
    )
    return Stamp(time, True, place, found.cert)
