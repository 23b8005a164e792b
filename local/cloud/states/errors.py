"""What Step Functions' API refuses."""


class StatesApiError(Exception):
    """An error that the API returns."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
