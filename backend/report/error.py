"""What goes wrong with reports."""


class ReportError(Exception):
    """A result that no report can be made of; its text says what of it."""
