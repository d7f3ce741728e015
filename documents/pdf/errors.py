"""What went wrong with a file, in words for the person who gave it."""


class PdfError(ValueError):
    """A file that cannot be used; the message is a Vietnamese sentence for the person who gave it."""


class ReaderLost(PdfError):
    """The process that read it was killed, or not done in time: perhaps the file's fault, perhaps that of a busy machine."""
