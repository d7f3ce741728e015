"""The map of the house, from the imports alone: `python -m tests.house.rooms` prints it.

A room is a package; the modules that lie beside the rooms of an app are its hall, which every room may use.
"""

import ast
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("ui", "orgs", "documents", "signatures", "interop", "casefiles", "progress")


def modules() -> dict[str, Path]:
    """By dotted name, without migrations."""
    found = {}
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            if ".migrations." not in f"{name}.":
                found[name.removesuffix(".__init__")] = path
    return found


def room_of(name: str, path: Path) -> str:
    return name if path.name == "__init__.py" else name.rpartition(".")[0]


def arrows() -> Counter:
    """How many modules of one room import modules of another; pairs of rooms."""
    there = modules()
    found = set()
    for name, path in there.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                for imported in node.names:
                    full = f"{node.module}.{imported.name}"
                    target = full if full in there else node.module
                    if target in there and target != name:
                        found.add((name, target))
    pairs = ((room_of(a, there[a]), room_of(b, there[b])) for a, b in found)
    return Counter((a, b) for a, b in pairs if a != b)


def circles() -> list[list[str]]:
    """Rooms that know each other, directly or around corners. Halls are left out: they are everybody's."""
    to = defaultdict(set)
    for a, b in arrows():
        if a not in FLOORS and b not in FLOORS:
            to[a].add(b)
    found = []

    def walk(at: str, way: tuple[str, ...]) -> None:
        for beyond in sorted(to[at]):
            if beyond in way:
                found.append([*way[way.index(beyond) :], beyond])
            else:
                walk(beyond, (*way, beyond))

    for room in sorted(to):
        walk(room, (room,))
    return found


def main() -> None:
    there = modules()
    sizes = Counter(room_of(name, path) for name, path in there.items())
    print(f"{'room':34} modules")
    for room, size in sorted(sizes.items()):
        print(f"{room:34} {size:7}")
    known = arrows()
    between = {pair: n for pair, n in known.items() if pair[0].split(".")[0] == pair[1].split(".")[0]}
    print(
        f"\n{len(between)} arrows between rooms of one floor, {len(known) - len(between)} down the stairs, {len(circles())} circles"
    )
    for (a, b), n in sorted(between.items()):
        if a not in FLOORS and b not in FLOORS:
            print(f"{a:34} -> {b:34} {n:3}")


if __name__ == "__main__":
    main()
