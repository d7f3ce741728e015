"""A verdict as plain words and back: between processes, and into a JSON column."""

from dataclasses import asdict, fields
from datetime import datetime

from .verdict import SignatureVerdict, Verdict

_TIMES = ("signed_at", "not_after")


def from_verdict(found: Verdict) -> dict:
    """Times become ISO text, a missing one ""."""
    said = asdict(found)
    for one in said["signatures"]:
        for name in _TIMES:
            one[name] = one[name].isoformat() if one[name] else ""
    return said


def to_verdict(said: dict) -> Verdict:
    """The opposite of `from_verdict`, also of what was kept before files had remarks."""
    names = {one.name for one in fields(SignatureVerdict)}
    signatures = []
    for one in said["signatures"]:
        times = {name: datetime.fromisoformat(one[name]) if one[name] else None for name in _TIMES}
        signatures.append(SignatureVerdict(**{k: v for k, v in one.items() if k in names} | times))
    return Verdict(said["verdict"], signatures, said["reasons"], said.get("remarks", []))
