"""Bundles what others wrote for our pages into static/vendor: run by hand when a version changes, and its result committed.

`python ops/vendor/vendor.py`: needs npm. The same lock gives the same bytes; running and testing need neither.
"""

import hashlib
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
TO = HERE.parents[1] / "static/vendor"
BUNDLES = {"prosemirror.js": "ProseMirror"}  # entry beside this file → the name its page's scripts know


def main() -> None:
    lock = json.loads((HERE / "package-lock.json").read_text())
    with tempfile.TemporaryDirectory() as scratch:
        for name in ("package.json", "package-lock.json", *BUNDLES):
            shutil.copy(HERE / name, scratch)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=scratch, check=True)
        TO.mkdir(exist_ok=True)
        for entry, known_as in BUNDLES.items():
            bundle = (
                "node_modules/.bin/esbuild", entry, "--bundle", "--minify", "--format=iife", "--target=es2020",
                f"--global-name={known_as}", "--legal-comments=none", f"--outfile={TO / entry}",
            )  # fmt: skip
            subprocess.run(bundle, cwd=scratch, check=True)
        packages = _shipped(lock)
        licences = [(Path(scratch) / path / "LICENSE").read_text() for path in packages]
    (TO / "prosemirror-LICENSE.txt").write_text("\n".join(dict.fromkeys(licences)))
    (TO / "VENDOR.json").write_text(json.dumps(_said_of(lock, packages), indent=1) + "\n")


def _shipped(lock: dict) -> list[str]:
    """What goes into a bundle; the bundler itself does not."""
    return sorted(path for path in lock["packages"] if path and "esbuild" not in path)


def _said_of(lock: dict, packages: list[str]) -> dict:
    taken = {
        path.removeprefix("node_modules/"): {
            name: lock["packages"][path][name] for name in ("version", "license", "integrity")
        }
        for path in packages
    }
    files = {name: hashlib.sha256((TO / name).read_bytes()).hexdigest() for name in BUNDLES}
    return {"files": files, "packages": taken}


if __name__ == "__main__":
    main()
