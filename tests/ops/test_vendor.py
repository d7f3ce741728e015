"""What others wrote and pages carry is what the lock names, and nobody changed it by hand."""

import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_what_is_committed_is_what_was_bundled_from_the_lock():
    said = json.loads((ROOT / "static/vendor/VENDOR.json").read_text())
    lock = json.loads((ROOT / "ops/vendor/package-lock.json").read_text())["packages"]
    for name, sha256 in said["files"].items():
        assert hashlib.sha256((ROOT / "static/vendor" / name).read_bytes()).hexdigest() == sha256
    for name, package in said["packages"].items():
        locked = lock[f"node_modules/{name}"]
        assert (package["version"], package["integrity"]) == (locked["version"], locked["integrity"])
        assert package["license"] == "MIT" and "resolved" not in locked
