class Refused(Exception):
    """It cannot be done as asked; the sentence says what is wrong and what to do. Nothing was written."""


class NeedsTwo(Exception):
    """A power asked for by one person alone. A page proposes it instead; nobody sees this but as a fault of ours."""
