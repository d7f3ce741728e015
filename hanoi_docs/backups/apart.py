"""The records and certificates of what was destroyed by decision (casefiles/apart.py), in the vault: they come back with every restore, however
old its moment. Only added: a restore needs them as long as any backup is older than they are."""

from pathlib import Path

from casefiles.apart import FOLDER, folder
from documents.blobs import write
from hanoi_docs.backups.vault import Damaged, Vault, said


def copy(vault: Vault) -> int:
    """Seals what is not there yet; how many."""
    there = {path.stem for path in (vault.folder / FOLDER).glob("*.age")}
    new = [
        path for kind in ("*.json", "*.pdf") for path in sorted(folder().glob(kind)) if path.name not in there
    ]
    for path in new:
        vault.seal(path.read_bytes(), vault.folder / FOLDER / f"{path.name}.age")
    return len(new)


def restore(vault: Vault, to: Path) -> list[str]:
    """Into the folder `destroyed` of a state folder, beside those it has; a sentence for each that is not whole."""
    problems = []
    for path, data, problem in _opened(vault):
        if problem:
            problems.append(problem)
        elif not (to / path.stem).exists():
            try:
                write(to / path.stem, [data])
            except OSError as error:
                problems.append(f"Không ghi được “{to / path.stem}”: {said(error)}.")
    return problems


def verify(vault: Vault) -> list[str]:
    return [problem for _, _, problem in _opened(vault) if problem]


def _opened(vault: Vault):
    for path in sorted((vault.folder / FOLDER).glob("*.age")):
        try:
            yield path, vault.open(path), ""
        except Damaged as error:
            yield path, b"", str(error)
