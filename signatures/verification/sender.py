"""Is the agency that signed the agency that sent it? Duty: decree 30/2020, Article 21.2; practice §4.8.

By the identifier in the certificate, in any form the body ever had. A name alone, as it was on the day, may be that of
somebody else with the same name: it says "có vẻ là", never that it is.
"""

import re
from datetime import date
from enum import Enum
from types import SimpleNamespace

from asn1crypto import x509
from django.db.models import Q

from orgs.models import Organisation
from signatures.verification import SignatureVerdict, Verdict
from signatures.verification.signer import subject_of
from ui.text import fold

CITY = "thanh pho ha noi"
_SHORT = {"ubnd": "uy ban nhan dan", "hdnd": "hoi dong nhan dan", "tp": "thanh pho"}
_PREFIX = re.compile(r"^[A-Z]{3}VN-|^(MDD|MĐD|MNS|MST)\s*[:-]\s*", re.I)
SEEMS = "Cơ quan ký có vẻ là {name}: trùng tên, nhưng chứng thư số không mang mã định danh của cơ quan này."
ASK = "Việc cần làm: hỏi lại nơi gửi trước khi vào sổ."
MISSING = "Việc cần làm: nếu cần bản có giá trị pháp lý, đề nghị nơi gửi bản có đủ chữ ký số."


class Match(Enum):
    """What the agency that signed has in common with the one that sent."""

    NONE, NAME, CODE = 0, 1, 2


def compare(found: Verdict, sender: Organisation | None, *, day: date) -> dict:
    """`matches`: True by the identifier, False, or None when there is nothing to compare or only a name does match;
    `sentence` and `todo` are empty when all is well. A paper bears the signatures of a person and of the agency;
    without either it is for information only."""
    signed = [one for one in found.signatures if one.capacity != "stamp"]
    agencies = [one for one in signed if one.capacity == "agency"]
    if not signed:
        return {"matches": None, "sentence": "", "todo": ""}
    same = _best_match(agencies, sender, day) if sender is not None and agencies else None
    if same is Match.NONE:
        names = ", ".join(sorted({one.organisation or one.signer_name for one in agencies}))
        sentence = f"Chữ ký của {names}, nơi gửi là {sender.name_on(day)}."
        return {"matches": False, "sentence": sentence, "todo": ASK}
    lacking = _lacking(signed)
    seems = SEEMS.format(name=sender.name_on(day)) if same is Match.NAME else ""
    return {
        "matches": True if same is Match.CODE else None,
        "sentence": " ".join(part for part in (seems, lacking) if part),
        "todo": MISSING if lacking else "",
    }


def is_agencys(cert: x509.Certificate, body: Organisation, *, day: date) -> bool:
    """Whether a certificate is the organisation's own: by its identifier, else by its name. Whoever registers it has
    the certificate before him and decides; a name is enough for that."""
    said = subject_of(cert)
    return (
        said["capacity"] == "agency" and _best_match([SimpleNamespace(**said)], body, day) is not Match.NONE
    )


def works_at(cert: x509.Certificate, body: Organisation, *, day: date) -> bool | None:
    """Whether a person's certificate names the organisation, or only the one above it; None when it names none."""
    said = cert.subject.native
    rooms = _listed(said.get("organizational_unit_name"))
    places = {_folded(name) for name in (*_listed(said.get("organization_name")), *rooms)}
    if not places:
        return None
    return bool(places & _names(body, day)) or (not rooms and bool(places & _above(body)))


def _listed(value) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [value] if value else []


def _lacking(signed: list[SignatureVerdict]) -> str:
    kinds = {one.capacity for one in signed}
    if "agency" not in kinds:
        return "Thiếu chữ ký số của cơ quan ban hành: chỉ để biết, tham khảo."
    if "person" not in kinds:
        return "Thiếu chữ ký số của người có thẩm quyền: chỉ để biết, tham khảo."
    return ""


def _best_match(agencies: list[SignatureVerdict], sender: Organisation, day: date) -> Match:
    codes = {sender.code, sender.code_2018, *sender.codes.values_list("value", flat=True)} - {""}
    codes = {code.casefold() for code in codes}
    names = _names(sender, day)
    return max((_match(one, codes, names, sender) for one in agencies), key=lambda match: match.value)


def _match(one: SignatureVerdict, codes: set[str], names: set[str], sender: Organisation) -> Match:
    code = _PREFIX.sub("", one.organisation_code.strip()).casefold()
    if code in codes:
        return Match.CODE
    if code and _somebody_elses(code):
        return Match.NONE
    name, place = _folded(one.signer_name), _folded(one.organisation)
    # "Sở Nội vụ" of another province is another body: the place in the certificate must not contradict.
    own = name in names and (not place or place == name or place in _above(sender))
    return Match.NAME if place in names or own else Match.NONE


def _somebody_elses(code: str) -> bool:
    return Organisation.objects.filter(Q(code__iexact=code) | Q(codes__value__iexact=code)).exists()


def _names(sender: Organisation, day: date) -> set[str]:
    said = [sender.name, sender.name_on(day), sender.full_name, sender.letterhead_name.replace("|", " ")]
    said += [former["name"] for former in sender.former_names if former["until"] >= day.isoformat()]
    own = {_folded(name) for name in said if name}
    wider = {f"{name} {CITY}" for name in own if not sender.external and not name.endswith(CITY)}
    if sender.parent_id:
        wider |= {f"{name} {_folded(sender.parent.name)}" for name in own}
    return own | wider


def _above(sender: Organisation) -> set[str]:
    found, above = set() if sender.external else {CITY, f"uy ban nhan dan {CITY}"}, sender.parent
    while above is not None and len(found) < 20:
        found |= {_folded(above.name), _folded(above.full_name)}
        above = above.parent
    return found


def _folded(name: str) -> str:
    words = re.sub(r"[^0-9a-z]+", " ", fold(name)).split()
    return " ".join(_SHORT.get(word, word) for word in words)
