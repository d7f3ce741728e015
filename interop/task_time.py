"""How long one floor works before its task ends and the next begins, well within the limit of a task (tasks.py)."""

SECONDS = 60.0
