"""Files that try to look signed. `python -m tests.signatures.attacks` writes the table docs/attacks.md."""
