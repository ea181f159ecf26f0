"""Who must reach whom and who must not, as a file says it: what of that a network keeps."""

from flask.typing import ResponseReturnValue
from msgspec import Struct

from backend.web import documents
from backend.web.access import signed
from backend.web.engine import answer
from backend.web.questions import OfNetwork
from backend.web.route import Route

CHECKING_S = 55.0


class Policy(Struct, forbid_unknown_fields=True):
    policy: str
    """YAML, as `tsimsh check` reads it."""


def check(body: Policy, query: OfNetwork) -> ResponseReturnValue:
    return answer("check", signed(policy=body.policy, network=query.network), CHECKING_S)


ROUTES = [
    Route(
        "POST", "/api/v1/policies/check", check, "What of a policy is kept", "predictions",
        {200: documents.PolicyCheck}, body=Policy, query=OfNetwork,
    ),
]  # fmt: skip
