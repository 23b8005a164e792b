"""Whether a call is allowed, as AWS decides it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from embedded_cloud.rights.policies import Call, Statement
    from embedded_cloud.rights.principals import Principal


def judge(
    principal: Principal,
    call: Call,
    *,
    own: Iterable[Statement],
    of_resource: Iterable[Statement] | None,
    owner: str,
    resource_must_allow: bool = False,
) -> str:
    """Say why a call is refused; nothing where it is allowed.

    Parameters
    ----------
    own
        Statements of the policies of the principal's role.
    of_resource
        Statements of the resource's own policy; None if it has none.
    owner
        The account of the resource.
    resource_must_allow
        Whether nothing is allowed that the resource's policy does not allow: of a KMS key, and of a role's trust.
    """
    context = dict(call.context)
    own_fits = [each for each in own if each.fits(call, context)]
    resource_fits = [each for each in of_resource or () if each.names(principal) and each.fits(call, context)]
    for where, fits in (("an identity-based policy", own_fits), ("a resource-based policy", resource_fits)):
        if any(not each.allows for each in fits):
            return f"with an explicit deny in {where}"
    by_own = principal.is_trusted or bool(own_fits)
    directly = any(each.names(principal) == "directly" for each in resource_fits)
    if principal.service:
        is_allowed = directly
    elif principal.account != owner or resource_must_allow:
        # The resource's side has to agree; naming the account leaves it to that account's own policies.
        is_allowed = bool(resource_fits) and (by_own or (directly and principal.account == owner))
    else:
        is_allowed = by_own or directly
    if is_allowed:
        return ""
    where = "identity" if not by_own and not principal.service else "resource"
    return f"because no {where}-based policy allows the {call.action} action"
