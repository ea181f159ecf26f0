"""What goes wrong with facts."""


class FactsError(Exception):
    """There are no facts to read; the text tells the user what was wrong with which path."""


class LineError(FactsError):
    """One line cannot be understood; the text says what was expected in its place."""
