"""The channels know the core by its name alone, write none of its tables, and speak in their own name."""

from collections.abc import Iterator, Mapping
from typing import Any

from channels.contracts.published import PUBLISHED
from local.asl import expressions
from restoration.contracts.envelope import SOURCES
from tests.infrastructure.templates import application

CHANNELS = application("channels")
READS = {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan"}


def statements() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for function, one in CHANNELS.statements():
        if one["Effect"] == "Allow":
            yield function, one


def test_channels_write_no_table_of_the_core_and_put_events_of_their_own_source_alone() -> None:
    for function, one in statements():
        of_core = [text for text in expressions(one["Resource"]) if "${Core}" in text]
        if any(":table/" in text for text in of_core):
            assert set(one["Action"]) <= READS, function
        if "events:PutEvents" in one["Action"]:
            given = one["Condition"]["StringEquals"]
            assert given["events:source"] == "channels", function
            by_both = {*PUBLISHED, "PaymentDeclared", "PowerMissing"} - {"ReviewAsked", "RequestOverdue"}
            said = {
                "KeepWorkFunction": {"RequestOverdue"},
                "ServeAdvisorsFunction": {*by_both, "AdvisorDecided"},
                "ServeCustomersFunction": {*by_both, "ReviewAsked"},
            }
            assert set(given["events:detail-type"]) == said[function], function


def test_bus_of_the_core_takes_the_channels_source_from_roles_of_their_stack_alone() -> None:
    policy = application("core").resources["OnlyChannelsSpeak"].properties["Statement"]
    assert policy["Condition"]["StringEquals"] == {"events:source": "channels"}
    [role] = policy["Condition"]["ArnNotEquals"]["aws:PrincipalArn"].values()
    assert role.endswith(":role/${AWS::StackName}-channels/*")
    assert {source for sources in SOURCES.values() for source in sources} == {"advisors", "channels"}


def test_core_names_of_the_channels_only_who_speaks_and_the_rules_that_hear_it() -> None:
    """So it calls nothing of theirs and waits for nothing: absent, throttled or broken, a story ends as it says."""
    resources = application("core").document["Resources"]
    named = {name for name, one in resources.items() if any("channels" in text for text in expressions(one))}
    assert named == {"OnlyChannelsSpeak", "ResumingEvents", "NotificationEvents", "UnrecognisedEvents"}


def test_log_of_requests_has_the_route_and_neither_path_nor_address() -> None:
    given = CHANNELS.resources["Site"].properties["AccessLogSettings"]["Format"]
    assert "$context.routeKey" in given
    assert not [word for word in ("path", "sourceIp", "identity", "authorizer", "userAgent") if word in given]


def test_pages_with_a_domain_of_their_own_have_no_other_address() -> None:
    site, domain = (CHANNELS.resources[name] for name in ("Site", "OwnDomain"))
    assert site.properties["DisableExecuteApiEndpoint"] == {"Fn::If": [domain.body["Condition"], True, False]}
    assert domain.properties["DomainName"] == {"Ref": "CasePage"}, "what messages name"
