"""What can go wrong in the ground, as exceptions whose message is for a person."""


class BatonError(Exception):
    """Base of every error that is meant to be read. `retryable`: the same call may succeed a moment later."""

    retryable = False


class NotFound(BatonError):
    """What was named isn't there."""


class WriteFailed(BatonError):
    """The transaction could not be committed; nothing of the unit is stored, or its client_id will tell."""

    retryable = True


class ConfigurationError(BatonError):
    """A setting is wrong; the message names the key and what is allowed."""
