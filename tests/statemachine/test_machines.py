"""Every machine of statemachine/ keeps the rules, and the template gives it what it names."""

from collections.abc import Mapping

import pytest

from local.asl import CALLBACK, MACHINE_FILES, SUBSTITUTION, Machine, function_named
from tests.reached_code import FUNCTIONS
from tests.statemachine.deployed import DeployedMachine, deployed_machines
from tests.statemachine.raised_errors import NOT_RAISED, made_by
from tests.statemachine.rules import CONSUMERS, RULES, Rule

MACHINES = {machine.name: machine for machine in map(Machine.read, MACHINE_FILES)}
DEPLOYED = {deployed.machine.name: deployed for deployed in deployed_machines()}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_machines_keep_the_rule(rule: Rule) -> None:
    assert [f"{name}: {finding}" for name, machine in MACHINES.items() for finding in rule(machine)] == []


def test_every_machine_file_is_deployed_with_exactly_the_substitutions_that_it_names() -> None:
    given = {name: set(deployed.substitutions) for name, deployed in DEPLOYED.items()}
    assert given == {name: machine.substitutions for name, machine in MACHINES.items()}


@pytest.mark.parametrize("name", DEPLOYED)
def test_waits_of_business_are_number_parameters_with_a_default(name: str) -> None:
    deployed = DEPLOYED[name]
    waits = {
        found
        for state in deployed.machine.states()
        if state.type == "Wait" or CALLBACK in state.resource
        for field in ("Seconds", "TimeoutSeconds")
        for found in SUBSTITUTION.findall(str(state.body.get(field, "")))
    }
    parameters: Mapping[str, Mapping[str, object] | None] = {wait: deployed.parameter(wait) for wait in waits}
    assert waits
    assert {wait for wait, parameter in parameters.items() if not _is_number(parameter)} == set()


def _is_number(parameter: Mapping[str, object] | None) -> bool:
    return parameter is not None and parameter.get("Type") == "Number" and "Default" in parameter


@pytest.mark.parametrize("name", DEPLOYED)
def test_substitution_of_a_function_bears_the_function_s_name(name: str) -> None:
    """The rules look a function's code up by the name of its substitution."""
    deployed: DeployedMachine = DEPLOYED[name]
    invoked = {state.function for state in deployed.machine.states() if state.function}
    for function in invoked:
        assert str(deployed.substitutions[function]["Fn::GetAtt"][0]) == function
        code = deployed.template["Resources"][function]["Properties"]["CodeUri"]
        assert code.rpartition("functions/")[2] == function_named(function)


@pytest.mark.parametrize("function", NOT_RAISED)
def test_an_error_listed_as_never_raised_would_otherwise_count(function: str) -> None:
    assert function in FUNCTIONS
    assert set(NOT_RAISED[function]) <= made_by(function)


@pytest.mark.parametrize("name", DEPLOYED)
def test_queue_with_tokens_is_consumed_by_the_function_that_completes_them(name: str) -> None:
    deployed: DeployedMachine = DEPLOYED[name]
    for queue in {state.queue for state in deployed.machine.states() if state.queue}:
        written_to = deployed.substitutions[queue]["Ref"]
        resources = deployed.template["Resources"]
        consumers = {
            str(resources[mapping["Properties"]["FunctionName"]["Ref"]]["Properties"]["CodeUri"]).rpartition("/")[2]
            for mapping in resources.values()
            if mapping["Type"] == "AWS::Lambda::EventSourceMapping"
            and mapping["Properties"]["EventSourceArn"] == {"Fn::GetAtt": [written_to, "Arn"]}
        }
        assert consumers == {CONSUMERS[queue]}


def test_restoration_is_small_enough_to_be_read() -> None:
    restoration = MACHINES["restoration"]
    assert len(restoration.document["States"]) <= 45
    assert restoration.text.count("\n") <= 850


def test_power_that_never_left_is_nowhere_called_restored() -> None:
    """A limitation that was called back in time ends as such, also where its order had to be finished."""
    choices = next(state for state in MACHINES["restoration"].states() if state.name == "IsPowerBack").body["Choices"]
    back = [
        choice["Assign"]["outcome"] for choice in choices if "RESTORED" in str(choice.get("Assign", {}).get("outcome"))
    ]
    assert len(back) == 2
    assert all("$intent = 'CANCEL_LIMITATION' ? 'LIMITATION_CANCELLED'" in outcome for outcome in back)


def test_machine_runs_one_state_at_a_time_so_that_ids_of_events_are_the_record_s_whole_order() -> None:
    assert {state.type for state in MACHINES["restoration"].states()}.isdisjoint({"Parallel", "Map"})
