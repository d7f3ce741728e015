"""`make scan`: what scanners find in the code, in what it is built of, in the headers and behind every form.

One findings list; each finding is mended or has its reason in `reasons.toml`. Standard library only beside the tools,
which live in an environment of their own.
"""
