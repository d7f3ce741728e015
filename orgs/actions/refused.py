class Refused(Exception):
    """It cannot be done as asked; the sentence says what is wrong and what to do. Nothing was written."""
