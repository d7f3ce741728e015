"""Whether a paper looks as decree 30/2020 wants it: measured on the PDF or the .docx itself, each finding with its place.

`check` is what others call. The file is a stranger's: what measures it does so behind walls (documents/pdf/sandbox.py),
what judges the measures is here, pure. Rules, their numbers and what is left out: docs/layout-checker.md.
"""

from .checking import Report, check, judged

__all__ = ["Report", "check", "judged"]
