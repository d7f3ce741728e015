"""Who is on the axis: the played participants, and the units that connected systems registered."""

import csv
import re
from dataclasses import asdict, dataclass
from pathlib import Path

_OLD_CODE = re.compile(r"\d{3}\.\d{2}\.\d{2}\.([A-Y]\d{2})")


@dataclass(frozen=True)
class Participant:
    """A ministry or province that the simulator plays itself."""

    code: str
    old_code: str
    name: str
    mail: str
    place: str
    notation: str
    next_number: int


@dataclass(frozen=True)
class Unit:
    """A unit that a connected system (`owner`) registered."""

    owner: str
    code: str
    name: str
    pcode: str = ""
    id: str = ""
    mail: str = ""
    mobile: str = ""
    fax: str = ""


def load_participants() -> dict[str, Participant]:
    with open(Path(__file__).with_name("participants.csv"), encoding="utf-8", newline="") as file:
        rows = [Participant(**row | {"next_number": int(row["next_number"])}) for row in csv.DictReader(file)]
    return {participant.code: participant for participant in rows}


class Directory:
    """Codes to systems. `systems` are the connected ones (with a secret); participants are systems too."""

    def __init__(self, systems: set[str], participants: dict[str, Participant]):
        self.participants = participants
        self.units: dict[str, Unit] = {}
        self._systems = systems | set(participants)
        self._old = {participant.old_code: participant.code for participant in participants.values()}

    def add(self, unit: Unit) -> None:
        self.units[unit.code] = unit

    def canonical(self, code: str) -> str:
        """The code of today for the old code of a participant; any other code as it is."""
        return self._old.get(code, code)

    def system_of(self, code: str) -> str | None:
        """The system that receives for this code, None when nobody on the axis does."""
        if code in self.units:
            return self.units[code].owner
        old = _OLD_CODE.fullmatch(code)
        root = old[1] if old else code.split(".", 1)[0]
        return root if root in self._systems else None

    def speaks_for(self, system: str, code: str) -> bool:
        """May this system send in the name of this code: its own, one below it, one it registered."""
        unit = self.units.get(code)
        return unit.owner == system if unit else code == system or code.startswith(system + ".")

    def may_register(self, system: str, code: str) -> bool:
        """A code belongs to whoever registered it first; a code below another system is never free."""
        return self.system_of(code) in (None, system)

    def name_of(self, code: str) -> str:
        if code in self.units:
            return self.units[code].name
        root = self.participants.get(code.split(".", 1)[0])
        if root is None:
            return ""
        return root.name if root.code == code else f"Đơn vị {code} thuộc {root.name}"

    def rows(self, level: int | None = None) -> list[dict[str, str]]:
        """The lines of getAgenciesList…; `level` = number of groups of the code."""
        lines = [_participant_row(participant) for participant in self.participants.values()]
        lines += [_unit_row(unit) for unit in self.units.values()]
        return [line for line in lines if level is None or line["code"].count(".") + 1 == level]


def _participant_row(participant: Participant) -> dict[str, str]:
    wanted = {
        "id": participant.code,
        "pid": "",
        "oldCode": participant.old_code,
        "code102": participant.old_code,
    }
    return wanted | {"code": participant.code, "name": participant.name, "mail": participant.mail}


def _unit_row(unit: Unit) -> dict[str, str]:
    row = asdict(unit)
    return {"id": unit.id or unit.code, "pid": unit.pcode, "oldCode": "", "code102": ""} | {
        name: row[name] for name in ("code", "name", "mail")
    }
