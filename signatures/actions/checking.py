"""What the desks show about the signatures of a file."""

from dataclasses import asdict

from signatures.trust import known_authorities, trust_roots
from signatures.verification import verify


def check(data: bytes, *, sender_name: str = "") -> tuple[str, dict]:
    """What the desk shows about the signatures of a file that came: the verdict and its report.

    An agency's signature in another name than the sender's is a remark, not yet a refusal: the clerk decides.
    """
    found = verify(data, trust_roots=trust_roots(), other_certs=known_authorities())
    report = asdict(found) | {"sentence": found.sentence()}
    for one in report["signatures"]:
        one["signed_at"] = one["signed_at"].isoformat() if one["signed_at"] else ""
    signers = {one.organisation for one in found.signatures if one.organisation}
    if sender_name and signers and sender_name not in signers:
        report["reasons"] = [
            *report["reasons"],
            f"Chữ ký của {', '.join(sorted(signers))}, nơi gửi là {sender_name}.",
        ]
    return found.verdict, report
