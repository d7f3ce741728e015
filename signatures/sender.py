"""Is the agency that signed the agency that sent it? Duty: decree 30/2020, Article 21.2; practice §4.8.

By the code in the certificate, in any form the body ever had; else by its name, as it was on the day.
"""

import re
from datetime import date
from types import SimpleNamespace

from asn1crypto import x509
from django.db.models import Q

from orgs.models import Organisation
from orgs.text import fold
from signatures.verification import SignatureVerdict, Verdict
from signatures.verification.signer import subject_of

CITY = "thanh pho ha noi"
_SHORT = {"ubnd": "uy ban nhan dan", "hdnd": "hoi dong nhan dan", "tp": "thanh pho"}
_PREFIX = re.compile(r"^[A-Z]{3}VN-|^(MDD|MĐD|MST)[:-]", re.I)
ASK = "Việc cần làm: hỏi lại nơi gửi trước khi vào sổ."
MISSING = "Việc cần làm: nếu cần bản có giá trị pháp lý, đề nghị nơi gửi bản có đủ chữ ký số."


def compare(found: Verdict, sender: Organisation | None, *, day: date) -> dict:
    """`matches`: True, False, or None when there is nothing to compare; `sentence` and `todo` are empty when all is
    well. A paper bears the signatures of a person and of the agency; without either it is for information only."""
    signed = [one for one in found.signatures if one.capacity != "stamp"]
    agencies = [one for one in signed if one.capacity == "agency"]
    if not signed:
        return {"matches": None, "sentence": "", "todo": ""}
    matches = None
    if sender is not None and agencies:
        matches = _any_matches(agencies, sender, day)
    if matches is False:
        names = ", ".join(sorted({one.organisation or one.signer_name for one in agencies}))
        sentence = f"Chữ ký của {names}, nơi gửi là {sender.name_on(day)}."
        return {"matches": False, "sentence": sentence, "todo": ASK}
    lacking = _lacking(signed)
    return {"matches": matches, "sentence": lacking, "todo": MISSING if lacking else ""}


def is_agencys(cert: x509.Certificate, body: Organisation, *, day: date) -> bool:
    """Whether a certificate is the organisation's own: by its code, else by its name."""
    said = subject_of(cert)
    return said["capacity"] == "agency" and _any_matches([SimpleNamespace(**said)], body, day)


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


def _any_matches(agencies: list[SignatureVerdict], sender: Organisation, day: date) -> bool:
    codes = {sender.code, sender.code_2018, *sender.codes.values_list("value", flat=True)} - {""}
    codes = {code.casefold() for code in codes}
    names = _names(sender, day)
    return any(_matches(one, codes, names, sender) for one in agencies)


def _matches(one: SignatureVerdict, codes: set[str], names: set[str], sender: Organisation) -> bool:
    code = _PREFIX.sub("", one.organisation_code.strip()).casefold()
    if code in codes:
        return True
    if code and _somebody_elses(code):
        return False
    name, place = _folded(one.signer_name), _folded(one.organisation)
    if place in names:
        return True
    # "Sở Nội vụ" of another province is another body: the place in the certificate must not contradict.
    return name in names and (not place or place == name or place in _above(sender))


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
