"""Why there is no figure."""


class Refused(Exception):
    """A measurement that may not be reported; the message says why, and what to do."""
