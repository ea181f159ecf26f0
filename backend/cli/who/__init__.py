"""Who answers questions about the network: this process (`here`), the engine (`engine`), or one in place of the other
(`either`). It is chosen once; commands must not know which it is, and the same question has the same answer.
"""

from collections.abc import Callable
from typing import Any

Document = dict[str, Any]
Hear = Callable[[str], None]
