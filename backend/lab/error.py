"""What goes wrong with labs."""


class LabError(Exception):
    """A lab cannot be built or used; the text names the router, the operation and what the tool said."""
