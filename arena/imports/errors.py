"""What can be wrong with a file somebody wants to import."""


class BadRow(Exception):
    """One row cannot be used; the message says why and never quotes free text."""


class UnusableFile(Exception):
    """The file as a whole cannot be used; the message says why and how to mend it."""
