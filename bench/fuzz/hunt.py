"""One process that makes mutants, has them judged, and keeps what failed."""

import collections
import json
import random
import time
from dataclasses import dataclass, field
from pathlib import Path

from signatures.verification import pictures
from tests.signatures.attacks.cast import Cast

from . import bases, oracle
from .mutants import mutant

_SAVE_EVERY = 5.0  # seconds
_KEPT = 3  # files of one sort; the others are only counted
_PATIENCE = 300.0  # seconds
_LOOKED_AT = 0.1  # of the honest mutants that are called valid


@dataclass
class Tally:
    """What one job has done: `next` is the number it goes on with, `seconds` what that took by the clock."""

    next: int
    seconds: float = 0.0
    counts: collections.Counter = field(default_factory=collections.Counter)
    moves: dict[str, collections.Counter] = field(default_factory=dict)
    crashed: list[int] = field(default_factory=list)

    def note(self, mutant: oracle.Mutant, found: oracle.Found) -> None:
        words = [
            "mutants",
            found.verdict,
            *(["honest"] if mutant.honest else []),
            *filter(None, [found.failure]),
        ]
        self.counts.update(words)
        for name in set(mutant.moves):
            self.moves.setdefault(name, collections.Counter()).update(words)

    def save(self, path: Path) -> None:
        text = json.dumps(self.__dict__)
        path.with_suffix(".new").write_text(text)
        path.with_suffix(".new").rename(path)

    @classmethod
    def load(cls, path: Path, first: int) -> "Tally":
        if not path.exists():
            return cls(first)
        told = json.loads(path.read_text())
        told["counts"] = collections.Counter(told["counts"])
        told["moves"] = {name: collections.Counter(one) for name, one in told["moves"].items()}
        return cls(**told)


@dataclass(frozen=True)
class Order:
    """Mutants number `job`, `job` + `jobs`, … below `until` of this seed, from the bases in `folder`."""

    folder: Path
    seed: int
    job: int
    jobs: int
    until: int
    net: bool = True

    @property
    def progress(self) -> Path:
        return self.folder / f"job-{self.job}-of-{self.jobs}.json"


def without_net() -> None:
    """The product compares structures alone, where it can be told so."""
    pictures.ENABLED = False


def work(order: Order, current) -> None:
    """`current` is shared with the parent: the number of the mutant in hand, should this process die of it."""
    if not order.net:
        without_net()
    # What is hunted is a false verdict, not the time a busy machine takes for the pictures.
    pictures.SECONDS = _PATIENCE
    tally = Tally.load(order.progress, order.job)
    papers = bases.kept(order.folder / "bases")
    cast = Cast(order.folder / "pki")
    cast.now = next((one.at for one in papers if one.own), cast.now)
    judge, kept, begun, saved = (
        oracle.Oracle(),
        collections.Counter(),
        time.monotonic() - tally.seconds,
        time.monotonic(),
    )
    while tally.next < order.until:
        number = current.value = tally.next
        tally.next += order.jobs
        if number not in tally.crashed:
            made = mutant(papers, order.seed, number, cast)
            found = judge.judge(made, look=not made.honest or random.Random(number).random() < _LOOKED_AT)
            tally.note(made, found)
            sort = found.failure, made.base.name, tuple(sorted(set(made.moves)))
            kept[sort] += 1
            if found.failure and kept[sort] <= _KEPT:
                keep(order.folder.parent / "found", order.seed, number, made, found)
        if time.monotonic() - saved > _SAVE_EVERY or tally.next >= order.until:
            saved = time.monotonic()
            tally.seconds = saved - begun
            tally.save(order.progress)


def keep(folder: Path, seed: int, number: int, made: oracle.Mutant, found: oracle.Found) -> None:
    """The file, and beside it everything needed to judge it again."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{found.failure.replace(' ', '-')}-{seed}-{number}.pdf"
    line = f"{found.failure}: {made.base.name}, {' + '.join(made.moves)}: {found.what}"
    told = bases.told_of(made.base) | {
        "what": line, "seed": seed, "number": number, "moves": made.moves, "honest": made.honest,
        "places": made.places, "evidence": {},
    }  # fmt: skip
    path.write_bytes(made.pdf)
    path.with_suffix(".json").write_text(json.dumps(told, ensure_ascii=False, indent=1))
    print(f"  {path.name}: {line}", flush=True)


def replay(path: Path) -> tuple[oracle.Mutant, oracle.Found]:
    """A kept file, judged by the code of today."""
    pdf, told = path.read_bytes(), json.loads(path.with_suffix(".json").read_text())
    base = bases.from_told(told, pdf[: told["end"]])
    places = [oracle.Place(*one) for one in told["places"]]
    made = oracle.Mutant(base, pdf, told["moves"], told["honest"], places)
    return made, oracle.Oracle().judge(made)
