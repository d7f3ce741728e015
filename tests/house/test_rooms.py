"""How the house is laid out: rooms that do not know each other in circles, and an act that one word finds."""

import re

import pytest

from tests.house.rooms import FLOORS, ROOT, arrows, circles, modules, room_of

# Where everybody comes from and goes back to: the desk, what stands in its place while one looks as another user, the help.
HOME = {"desk", "looking", "help"}


def test_no_room_knows_a_room_that_knows_it():
    assert circles() == []


def test_no_arrow_goes_upstairs():
    up = [(a, b) for a, b in arrows() if FLOORS.index(a.split(".")[0]) < FLOORS.index(b.split(".")[0])]
    assert up == []


def test_no_room_is_a_hall():
    """Where thirty modules lie side by side a newcomer finds nothing."""
    sizes = {}
    for name, path in modules().items():
        sizes.setdefault(room_of(name, path), []).append(name)
    assert {room: len(names) for room, names in sizes.items() if len(names) > 34} == {}


@pytest.mark.parametrize(
    ("act", "room"),
    [
        ("register", "documents/actions/incoming"),
        ("present", "documents/actions/incoming"),
        ("direct", "documents/actions/work"),
        ("hand_on", "documents/actions/work"),
        ("submit", "documents/actions/outgoing"),
        ("send_back", "documents/actions/outgoing"),
        ("revoke", "documents/actions/outgoing"),
        ("urge", "documents/actions/delivery"),
        ("seal", "signatures/actions"),
        ("explain", "interop/reconciliation"),
    ],
)
def test_one_grep_finds_an_act(act, room):
    """`grep -rn "^def register("`: among the acts there is one of that name, and it lies where its noun is."""
    acts = room if room.startswith("interop") else f"{room.split('/')[0]}/actions"
    found = [
        path.parent.relative_to(ROOT).as_posix()
        for path in (ROOT / acts).rglob("*.py")
        if re.search(rf"^def {act}\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert found == [room]


def test_no_floor_names_an_address_of_a_floor_above():
    for floor in FLOORS[1:]:
        above = {name for name in FLOORS if FLOORS.index(name) > FLOORS.index(floor)}
        addresses = {name for upper in above for name in _addresses(upper)}
        for path in (ROOT / floor).rglob("*.py"):
            named = re.findall(r"(?:reverse|redirect)\(\s*\"(\w+)\"", path.read_text(encoding="utf-8"))
            assert not addresses & set(named) - HOME, path


def _addresses(floor: str) -> list[str]:
    urls = ROOT / floor / "urls.py"
    return re.findall(r"name=\"(\w+)\"", urls.read_text(encoding="utf-8")) if urls.exists() else []
