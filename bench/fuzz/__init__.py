"""Looks for files that are called valid although a reader sees something else than was signed. See docs/bench.md.

A mutant is a signed paper (`bases`) with random incremental updates behind it (`moves`), all bytes of the paper left as
they are. It is judged by `signatures.verification.verify` and looked at by readers that share no code with it (`views`):
pdfium, poppler, MuPDF where it is installed, and qpdf. What they saw in the signed revision is the truth (`oracle`).
"""
