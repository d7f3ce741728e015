"""Why a paper could not be signed: always a Vietnamese sentence for the person who pressed."""


class SigningError(Exception):
    """The paper could not be signed; the message is a Vietnamese sentence for the person signing."""
