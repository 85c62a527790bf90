"""The one error of this package: a text a person can act on."""


class EmbeddedError(RuntimeError):
    """The embedded servers cannot be used; the text says what, where and how to mend it."""
