"""What stops a signature. Every message is a Vietnamese sentence for the person who wanted to sign."""


class SigningError(Exception):
    """The paper could not be signed; it stays exactly where it was."""


class ServiceDown(SigningError):
    """A time stamping or revocation service does not answer: the asked level cannot be reached now."""
