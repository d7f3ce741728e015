"""What a paper can be called on this floor, and which series of numbers it takes."""

from orgs.kinds import KINDS

OTHER = "KHAC"  # what comes from outside: Party papers, legal normative documents, petitions …

# Kinds that two people sign, and what stands above the name at the left: the secretary of minutes, the other party.
_OTHER_PARTY = ("ĐẠI DIỆN BÊN B",)
TWO_SIDES = {"BB": ("THƯ KÝ",), "HĐ": _OTHER_PARTY, "BGN": _OTHER_PARTY, "BTT": _OTHER_PARTY}

CHOICES = [(code, name) for code, (name, _) in KINDS.items()]
CHOICES_IN = [*CHOICES, (OTHER, "Loại khác")]


def kind_named(name: str) -> str:
    """The code for a kind as a correspondent writes it ("Quyết định (cá biệt)"), or OTHER."""
    wanted = name.split("(")[0].strip().casefold()
    return next((code for code, (own, _) in KINDS.items() if own.casefold() == wanted), OTHER)


def series_of(kind: str) -> str:
    """The number series a kind belongs to where the office has set no other (`numbering.series_for`): each kind its own, thư
    công with công văn, whose notation is the same."""
    return "CV" if kind == "TCg" else kind
