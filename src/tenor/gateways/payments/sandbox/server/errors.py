"""Why the sandbox says no to a request, and how that is told over HTTP."""


class Refused(Exception):
    """The request can't be carried out. `status` is the HTTP status, `code` what a program reads."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
