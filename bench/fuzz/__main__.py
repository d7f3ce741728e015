"""`python -m bench.fuzz [--mutants N] [--seed S] [--jobs J]`: hunt for a false "valid"; `--replay FILE` judges one again.

The last line is one JSON object. Exit code 1 when something was valid that must not be, or more than one honest update
in a thousand was refused.
"""

import argparse
import collections
import json
import multiprocessing
import shutil
import sys
import time
from pathlib import Path

from . import bases, hunt, oracle
from .views import READERS

_OUT = Path(__file__).resolve().parents[1] / "out/fuzz"
_ALARMS = 0.001  # of the honest mutants


def main() -> int:
    asked = _asked()
    if not asked.net:
        hunt.without_net()
    if asked.replay:
        return _replay(asked.replay)
    folder = asked.out.resolve() / f"seed-{asked.seed}"
    refused = _prepare(folder, asked)
    orders = [
        hunt.Order(folder, asked.seed, job, asked.jobs, asked.mutants, asked.net) for job in range(asked.jobs)
    ]
    try:
        _run(orders)
    except KeyboardInterrupt:
        print("stopped; --resume goes on from here", flush=True)
    told = _sum_up([hunt.Tally.load(one.progress, one.job) for one in orders], refused)
    print(json.dumps(told, ensure_ascii=False))
    return int(told["false_valid"] > 0 or told["false_alarm_rate"] > _ALARMS or told["crashed"] > 0)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__)
    parser.add_argument("--mutants", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument(
        "--bases", type=Path, help="a folder of others' signed files, with their root.pem above them"
    )
    parser.add_argument("--out", type=Path, default=_OUT, help="found/ and, per seed, bases and progress")
    parser.add_argument("--resume", action="store_true", help="go on with the same seed and bases")
    parser.add_argument(
        "--no-net", dest="net", action="store_false", help="switch off the product's comparison of pictures"
    )
    parser.add_argument(
        "--replay", type=Path, metavar="FILE", help="a kept mutant (its .json lies beside it)"
    )
    return parser.parse_args()


def _prepare(folder: Path, asked: argparse.Namespace) -> list[str]:
    """The bases of this run; those that are judged wrongly as they are cannot be begun with, and are named."""
    if asked.resume and (folder / "refused.json").exists():
        return json.loads((folder / "refused.json").read_text())
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    print("making the papers", flush=True)
    made = bases.own(folder) + (bases.others(asked.bases) if asked.bases else [])
    judge, good, refused = oracle.Oracle(), [], []
    for one in made:
        found = judge.judge(oracle.Mutant(one, one.pdf, [], honest=one.own and not one.trap))
        if found.failure or (not one.own and found.verdict != "valid"):
            refused.append(f"{one.name}: {found.failure or found.verdict} {found.what}".strip())
            print(f"  not begun with: {refused[-1]}", flush=True)
        else:
            good.append(one)
    bases.keep(folder / "bases", good)
    (folder / "refused.json").write_text(json.dumps(refused, ensure_ascii=False))
    return refused


def _run(orders: list[hunt.Order]) -> None:
    """Each job in a process of its own; one that dies of a mutant is started again behind it."""
    spawn = multiprocessing.get_context("spawn")
    running = {}
    try:
        waiting = list(orders)
        while waiting or running:
            for order in waiting:
                current = spawn.Value("q", -1)
                process = spawn.Process(target=hunt.work, args=(order, current), daemon=True)
                process.start()
                running[order] = process, current
            waiting = []
            time.sleep(0.2)
            for order, (process, current) in list(running.items()):
                if process.is_alive():
                    continue
                del running[order]
                if process.exitcode:
                    _note_crash(order, current.value, process.exitcode)
                    waiting.append(order)
    finally:
        for process, _ in running.values():
            process.terminate()


def _note_crash(order: hunt.Order, number: int, code: int) -> None:
    tally = hunt.Tally.load(order.progress, order.job)
    if number < 0 or number in tally.crashed:
        raise SystemExit(f"a job ends by itself (code {code}) at mutant {number}")
    print(f"  mutant {number} ended its process (code {code})", flush=True)
    tally.crashed.append(number)
    tally.save(order.progress)


def _sum_up(tallies: list[hunt.Tally], refused: list[str]) -> dict:
    counts, moves = collections.Counter(), {}
    for tally in tallies:
        counts += tally.counts
        for name, one in tally.moves.items():
            moves[name] = moves.get(name, collections.Counter()) + one
    print(
        f"\n{'move':34}{'mutants':>9}{'valid':>8}{'invalid':>9}{'unknown':>9}{'false valid':>13}{'false alarm':>13}"
    )
    for name, one in sorted(moves.items()):
        numbers = (
            one["mutants"],
            one["valid"],
            one["invalid"],
            one["unknown"],
            one[oracle.FALSE],
            one[oracle.ALARM],
        )
        print(f"{name:34}" + "".join(f"{n:>{w}}" for n, w in zip(numbers, (9, 8, 9, 9, 13, 13), strict=True)))
    seconds = max((one.seconds for one in tallies), default=0.0)
    own = [line for line in refused if "false" in line]
    alarms = counts[oracle.ALARM] + sum("false alarm" in line for line in own)
    return {
        "mutants": counts["mutants"], "seconds": round(seconds, 1),
        "per_second": round(counts["mutants"] / seconds, 1) if seconds else 0.0,
        **{name: counts[name] for name in ("valid", "invalid", "unknown", "unsigned", "honest")},
        "too_slow": counts["too slow"], "crashed": sum(len(one.crashed) for one in tallies),
        "false_valid": counts[oracle.FALSE] + sum("false valid" in line for line in own), "false_alarms": alarms,
        "false_alarm_rate": round(alarms / max(counts["honest"], 1), 5), "refused_bases": refused, "readers": list(READERS),
        "moves": {name: dict(one) for name, one in sorted(moves.items())},
    }  # fmt: skip


def _replay(path: Path) -> int:
    made, found = hunt.replay(path)
    print(f"{made.base.name}: {' + '.join(made.moves)}")
    print(
        json.dumps(
            {"verdict": found.verdict, "failure": found.failure, "what": found.what}, ensure_ascii=False
        )
    )
    return int(bool(found.failure))


if __name__ == "__main__":
    sys.exit(main())
