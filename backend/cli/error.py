"""What a command may end with instead of an answer. The text is for the one who typed it."""


class UsageError(ValueError):
    """What was typed is wrong; the text says how, and where it is the words of a command shows the usage."""


class HelpAsked(Exception):  # noqa: N818 - it is no error
    """The text is the help."""


class FailureError(Exception):
    """It was asked rightly, and there is no answer; asked once more or of another, there would be none either."""


class AwayError(Exception):
    """Who was asked cannot answer, and another one may be asked; the text says why."""


class BeyondError(AwayError):
    """It is only this question that is not for who was asked. Without a text, that is no surprise."""
