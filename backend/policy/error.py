"""What is wrong with a policy."""


class PolicyError(ValueError):
    """`line`: where in the file, from 1; 0 where it is no file's."""

    def __init__(self, detail: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {detail}" if line else detail)
        self.detail = detail
        self.line = line
