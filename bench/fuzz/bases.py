"""The signed papers that mutants begin with: our own of every level and age, small ones made for the purpose, others'."""

import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from asn1crypto import pem
from pyhanko.pdf_utils.reader import PdfFileReader

from signatures import pades
from signatures.verification import verify
from tests.signatures.attacks.cast import Cast

from . import small
from .draft import Contents, contents

DAY = "ngày 17 tháng 8 năm 2026"


@dataclass
class Base:
    """`end` is where the last signature of a person or an agency ends: that much was signed. A `trap` is a paper
    whose maker means ill: it need not be valid itself. `evidence` are DER files by their key in a DSS."""

    name: str
    pdf: bytes
    roots: list[bytes]
    at: datetime | None
    end: int
    evidence: dict[str, list[bytes]]
    trap: bool = False
    own: bool = True

    @cached_property
    def contents(self) -> Contents:
        return contents(self.pdf.replace(b"/Prev %d" % small.OLDER, b""))  # a trap that leads nowhere yet

    @property
    def signed(self) -> bytes:
        return self.pdf[: self.end]

    def judge(self, pdf: bytes):
        return verify(pdf, trust_roots=self.roots, at=self.at)


def own(folder: Path) -> list[Base]:
    """Made anew by the product itself, and by hand."""
    cast = Cast(folder / "pki")
    person, agency, services = cast.person(), cast.agency(), cast.services()
    sealed = {}
    for level in pades.LEVELS:
        signed = cast.approve_at(level)
        sealed[level] = pades.seal(
            signed, agency, number_text="05", date_text=DAY, at=cast.now, level=level, services=services
        )
    made = {"signed": cast.signed, **{f"sealed {level}": pdf for level, pdf in sealed.items()}}
    renewed = sealed["B-LTA"]
    for times in (2, 3):
        renewed = pades.renew(renewed, services=services)
        made[f"renewed {times} times"] = renewed
    made["another tool"] = cast.approve(cast.prepared)
    made["two"] = cast.approve(
        made["another tool"], field="KyHai", who="Người Thứ Hai", box=(60, 10, 200, 40)
    )
    made["packed"] = cast.approve(_packed(cast.prepared))
    made["plain"] = small.plain_paper(person)
    made["certified P=2"] = small.plain_paper(person, certified=2)
    made["certified P=1, locked"] = small.plain_paper(person, certified=1, locked=True)
    made["dangling"] = small.dangling(person)
    traps = {
        "dangling roots": small.dangling(person, roots=True),
        "forward": small.forward(person),
        "forward prev": small.forward(person, prev=True),
    }
    told = services.evidence([person.identity.certificate, *person.identity.chain])
    evidence = {
        "/Certs": [one.dump() for one in told.certificates],
        "/CRLs": [one.dump() for one in told.crls],
        "/OCSPs": [one.dump() for one in told.ocsps],
    }
    at = cast.now + timedelta(minutes=1)
    return [
        Base(name, pdf, cast.roots, at, _end(pdf), evidence, trap=name in traps)
        for name, pdf in (made | traps).items()
    ]


def others(folder: Path) -> list[Base]:
    """Every PDF with a signature below `folder`, judged by the nearest root.pem above it."""
    found = []
    for path in sorted(folder.rglob("*.pdf")):
        near = (one / "root.pem" for one in path.parents if one == folder or folder in one.parents)
        root = next((one for one in near if one.exists()), None)
        pdf = path.read_bytes()
        end = _end(pdf)
        if root is None or not end or b"/Encrypt" in pdf:
            continue
        text = root.read_bytes()
        evidence = {"/Certs": [der for _, _, der in pem.unarmor(text, multiple=True)]}
        name = str(path.relative_to(folder))
        found.append(Base(name, pdf, [text], None, end, evidence, own=False))
    return found


def keep(folder: Path, bases: list[Base]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for index, one in enumerate(bases):
        (folder / f"{index}.pdf").write_bytes(one.pdf)
        (folder / f"{index}.json").write_text(json.dumps(told_of(one), ensure_ascii=False))


def kept(folder: Path) -> list[Base]:
    files = sorted(folder.glob("*.json"), key=lambda one: int(one.stem))
    return [from_told(json.loads(one.read_text()), one.with_suffix(".pdf").read_bytes()) for one in files]


def told_of(base: Base) -> dict:
    """All but the bytes, as JSON takes it."""
    return {
        "name": base.name, "roots": [one.decode("ascii") for one in base.roots], "end": base.end,
        "at": base.at.isoformat() if base.at else "", "trap": base.trap, "own": base.own,
        "evidence": {key: [one.hex() for one in ders] for key, ders in base.evidence.items()},
    }  # fmt: skip


def from_told(told: dict, pdf: bytes) -> Base:
    at = datetime.fromisoformat(told["at"]).astimezone(UTC) if told["at"] else None
    evidence = {key: [bytes.fromhex(one) for one in ders] for key, ders in told["evidence"].items()}
    roots = [one.encode() for one in told["roots"]]
    return Base(told["name"], pdf, roots, at, told["end"], evidence, told["trap"], told["own"])


def _end(pdf: bytes) -> int:
    """0 when nobody has signed it, or when it cannot be read."""
    try:
        _, _, begun, length = (
            PdfFileReader(io.BytesIO(pdf), strict=False).embedded_regular_signatures[-1].byte_range
        )
        return int(begun + length)
    except Exception:  # strangers' files, and traps that pyHanko does not read
        return len(pdf) if b"/ByteRange" in pdf and b"/DocTimeStamp" not in pdf else 0


def _packed(pdf: bytes) -> bytes:
    """The same paper with objects in object streams."""
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()
