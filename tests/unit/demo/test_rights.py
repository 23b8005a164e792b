"""Rights beside the calls of other clouds, whose names differ where a cloud draws them."""

from embedded_cloud.rights.record import MadeCall
from local.demo.rights import in_own_names

SECRET = "arn:aws:secretsmanager:eu-west-3:123456789012:secret:restoration/enedis-"  # noqa: S105 - a name
ROUTE = "arn:aws:execute-api:eu-west-3:123456789012:{}/$default/GET/conseil/{{proxy+}}"


def test_call_of_another_cloud_counts_by_this_one_s_names() -> None:
    def call(end: str, api: str) -> MadeCall:
        return MadeCall("an:Action", f"{SECRET}{end}", (("aws:sourcearn", (ROUTE.format(api),)),), role="role")

    own = in_own_names({call("AbCdEf", "gppertil"): "a test"}, [f"{SECRET}GhIjKl"], "hjcsvbwa")
    assert own == {call("GhIjKl", "hjcsvbwa"): "a test"}
    queue = MadeCall("sqs:SendMessage", "arn:aws:sqs:eu-west-3:123456789012:restoration-payments", role="role")
    assert in_own_names({queue: ""}, [f"{SECRET}GhIjKl"], "hjcsvbwa") == {queue: ""}
