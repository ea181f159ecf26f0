"""One job, from the fork of its process to its end: what the process says becomes events, its result is kept, and then
the report is drawn."""

import logging

log = logging.getLogger(__name__)
