"""What stops the agent, in words of the person who owns the machine."""


class AgentError(Exception):
    """Something the owner can mend: a stable code, what went wrong, and how to mend it."""

    def __init__(self, code: str, detail: str, *, remedy: str | None = None) -> None:
        super().__init__(detail)
        self.code, self.detail, self.remedy = code, detail, remedy


class InvalidInput(AgentError):
    """A recipe, profile, bundle or option that cannot be used; `problems` are (where, what)."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        remedy: str | None = None,
        problems: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(code, detail, remedy=remedy)
        self.problems = problems


class NotSignedIn(AgentError):
    """The call needs a key of an arena, and there is none."""

    def __init__(self) -> None:
        super().__init__(
            "not-signed-in",
            "this machine has no key of an arena",
            remedy="arena-runner login, or work without one: --offline",
        )


class NotRegistered(AgentError):
    """The machine is not known to the arena yet."""

    def __init__(self) -> None:
        super().__init__(
            "not-registered",
            "this machine is not registered with the arena",
            remedy="arena-runner register",
        )
