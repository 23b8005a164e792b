"""No model and no input can hold a caller up, and only the package's own errors come out."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest

import dmn
from dmn import feel

from .notation import decision, function, input_data, model_text, table


def model_of(text: str, kind: str = "Any") -> dmn.Model:
    return dmn.loads(model_text(input_data("x", kind) + decision("D", f"→inx«{text}»")))


def cyclic() -> list[object]:
    items: list[object] = []
    items.append(items)
    return items


def nested(depth: int) -> list[object]:
    items: list[object] = []
    for _ in range(depth):
        items = [items]
    return items


def doubled(levels: int) -> list[object]:
    items: list[object] = [1]
    for _ in range(levels):
        items = [items, items]
    return items


@pytest.mark.parametrize(
    "value",
    [
        10**100_000,
        -(10**100_000),
        Decimal("1e999999"),
        Decimal("nan"),
        float("inf"),
        object(),
        {10**5000: 1},
        [10**100_000],
    ],
    ids=["whole", "negative", "decimal", "nan", "infinity", "object", "key", "item"],
)
@pytest.mark.parametrize("kind", ["", "number"])
def test_a_value_that_feel_has_not_is_refused_as_that_input(value: object, kind: str) -> None:
    with pytest.raises(dmn.InputError, match="input 'x' is "):
        model_of("1", kind).evaluate("D", {"x": value}) if kind else model_of("x").evaluate("D", {"x": value})


@pytest.mark.parametrize(
    "value",
    [cyclic(), nested(100_000), doubled(60), [0] * 2_000_000],
    ids=["cyclic", "deep", "doubled", "many"],
)
def test_an_endless_input_is_refused(value: object) -> None:
    with pytest.raises(dmn.LimitError, match="input 'x'"):
        model_of("x").evaluate("D", {"x": value})


class Unshown:
    def __str__(self) -> str:
        raise ValueError


def test_an_expression_s_values_are_refused_by_name() -> None:
    with pytest.raises(dmn.InputError, match="input 'x' is nan"):
        feel.evaluate("x", {"x": float("nan")})
    with pytest.raises(dmn.InputError, match=r"a Unshown that cannot be shown; .* \(a Unshown is no FEEL value"):
        feel.passes("< 5", Unshown())
    for power, why in {24_999: r"e\+7525 is out of FEEL", 25_000: "a whole number of that size"}.items():
        with pytest.raises(dmn.InputError, match=why):
            feel.evaluate("x", {"x": 2**power})


def test_a_parameter_out_of_range_is_refused_as_an_input() -> None:
    model = dmn.loads(model_text(function("b", "p", "«p»")))
    with pytest.raises(dmn.InputError, match="input 'p'"):
        model.evaluate("b", {"p": Decimal("1e999999")})


def test_a_value_as_deep_as_may_come_in_is_told_with_all_that_is_around_it() -> None:
    evaluation = model_of("x").evaluate("D", {"x": nested(99)})
    assert evaluation.to_json()["decisions"] == [each.to_json() for each in evaluation.decisions]
    deep, deeper = (model_of("x").evaluate("D", {"x": nested(at)}, limits=dmn.Limits(depth=200)) for at in (102, 103))
    assert deep.decisions[0].to_json()["outputs"] == deep.value
    with pytest.raises(dmn.LimitError, match="deeper than 105"):
        deeper.decisions[0].to_json()
    with pytest.raises(dmn.LimitError, match="input 'x': the value is nested deeper than 100"):
        model_of("x").evaluate("D", {"x": nested(100)})


def test_a_text_of_another_class_and_a_number_of_another_class_are_their_values() -> None:
    class Name(str):
        __slots__ = ()

    class Amount(Decimal):
        pass

    assert feel.evaluate("[x, y]", {"x": Name("a"), "y": Amount("1.5")}).value == ["a", Decimal("1.5")]
    assert feel.evaluate("x", {"x": 10**34 + 1}).value == 10**34  # of 34 digits


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("abs(1)", 2),
        ("count(x)", 12),
        ("reverse(x)", 52),
        ("upper case(t)", 108),
        ("for i in 1..10 return i", 20),
        ("x instance of list<number>", 161),
        ("x = reverse(x)", 213),
        ("for i in 1..3 return partial", 6),
    ],
)
def test_an_evaluation_costs_as_many_steps_as_it_makes_and_reads(text: str, steps: int) -> None:
    given = {"x": list(range(640)), "t": "a" * 6400}
    feel.evaluate(text, given, limits=dmn.Limits(steps=steps))
    with pytest.raises(dmn.LimitError, match=r"^the evaluation takes too many steps"):
        feel.evaluate(text, given, limits=dmn.Limits(steps=steps - 1))


def test_a_graph_of_many_ways_is_described_soon() -> None:
    text = input_data("x") + decision("D0", "→inx«x»") + decision("E0", "«1»")
    for at in range(1, 40):
        text += "".join(decision(f"{name}{at}", f"⇒D{at - 1}⇒E{at - 1}«1»") for name in "DE")
    assert dmn.loads(model_text(text)).decisions["D39"].inputs == {"x": "Any"}


@pytest.mark.parametrize(
    ("text", "fits", "limits"),
    [
        ("append(x, 1)", 4, {"items": 4}),
        ("concatenate(x, x)", 6, {"items": 6}),
        ("flatten([x, x])", 6, {"items": 6}),
        ("insert before(x, 1, 1)", 4, {"items": 4}),
        ('t + "ab"', 5, {"characters": 5}),
        ('string join([t, t], "-")', 7, {"characters": 8}),
        ("string(x)", 9, {"characters": 9}),
        ('replace("abcdefghij", "b", "z")', 10, {"characters": 2}),
        ("for i in 1..4 return i", 4, {"items": 4}),
        ("for i in 4..1 return i", 4, {"items": 4}),
        ('for i in @"2024-02-28"..@"2024-03-01" return i', 3, {"items": 3}),
        ('for i in @"2024-03-01"..@"2024-02-28" return i', 3, {"items": 3}),
        ("for i in x, j in x return i", 9, {"items": 9}),
        ("[x, x]", 2, {"written": 11}),
        ("[[x]]", 1, {"depth": 3}),
        ("[some i in 1..4 satisfies i = 1]", 1, {"items": 4}),
        ('[some i in @"2024-02-28"..@"2024-03-02" satisfies true]', 1, {"items": 4}),
        ("distinct values(for i in 1..1000 return {a: i})", 1000, {"items": 1000}),
    ],
)
def test_a_value_has_its_bound_and_not_one_more(text: str, fits: int, limits: dict[str, int]) -> None:
    given = {"x": [1, 2, 3], "t": "abc"}
    assert len(feel.evaluate(text, given, limits=dmn.Limits(**limits)).value) == fits
    with pytest.raises(dmn.LimitError):
        feel.evaluate(text, given, limits=dmn.Limits(**{name: most - 1 for name, most in limits.items()}))


MANY_ROWS = decision("D", table("UNIQUE", [], [""], [["1"]] * 10_000))
LONG_TEXTS = "".join(decision(f"D{at}", f"«[{'1 + 1, ' * 1000}1]»") for at in range(10))


@pytest.mark.parametrize("inside", [MANY_ROWS, LONG_TEXTS], ids=["rows", "texts"])
def test_loading_takes_no_more_time_than_it_may(inside: str) -> None:
    text = model_text(inside)
    with pytest.raises(dmn.ModelError, match=r"takes longer than 0.01 s .* give it more by Limits\(loading_seconds=…"):
        dmn.loads(text, limits=dmn.Limits(loading_seconds=0.01))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("if x = 0 then 0 " + "".join(f"else if x = {at} then {at} " for at in range(1, 3000)) + "else -1", 2999),
        (" + ".join(["x"] * 20_000), 20_000 * 2999),
        ("x" + " - 1 + 1" * 5000, 2999),
        (" and ".join(["x > 1"] * 5000), True),
        (" or ".join(["x > 3000"] * 5000), False),
    ],
    ids=["else if", "plus", "minus and plus", "and", "or"],
)
def test_a_row_of_operations_may_be_as_long_as_an_expression(text: str, value: object) -> None:
    assert feel.evaluate(text, {"x": 2999}).value == value
    assert feel.passes(f"({text.replace('x', '?')}) = {str(value).lower()}", 2999) is True


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("(" * 12 + "1" + ")" * 12, {"nesting": 12}),
        ("x" + ".a" * 12, {"row": 11}),
        ("1 = 1 in [true]", {"expression": 14}),
        ("[" + "-(-1), " * 50 + "-(-(1))]", {"nesting": 5}),
        ("x" + " = 1" * 12, {"row": 11}),
        ("x instance of " + "list<" * 12 + "Any" + ">" * 12, {"nesting": 13}),
    ],
)
def test_what_bounds_an_expression_stands_in_the_limits(text: str, limits: dict[str, int]) -> None:
    ((name, most),) = limits.items()
    feel.evaluate(text, {"x": None}, limits=dmn.Limits(**{name: most + 1}))
    with pytest.raises(dmn.FeelSyntaxError, match=str(most)):
        feel.evaluate(text, {"x": None}, limits=dmn.Limits(**limits))


@pytest.mark.parametrize(("steps", "looks"), [(256, 0), (257, 1), (300, 1), (514, 2)])
def test_the_clock_is_looked_at_once_in_256_steps(monkeypatch: pytest.MonkeyPatch, steps: int, looks: int) -> None:
    clock = itertools.count(5)
    monkeypatch.setattr("dmn.runtime.time.thread_time", lambda: float(next(clock)))
    feel.evaluate(f"some i in 1..{steps} satisfies i = {steps}", limits=dmn.Limits(steps=steps, seconds=looks - 1))
    assert next(clock) == 5 + looks


def test_of_many_warnings_and_of_many_lists_no_more_than_a_thousand_are_kept() -> None:
    assert len(feel.evaluate("for i in 1..1001 return i + null").warnings) == 1000
    with pytest.raises(dmn.LimitError, match="more than 1000 distinct"):
        feel.evaluate("distinct values(for i in 1..1001 return {a: i})")


def test_eight_megabytes_of_namespaces_are_read() -> None:
    names = " ".join(f'xmlns:n{at}="urn:of:a:namespace:{at}"' for at in range(200_000))
    text = model_text("", more=f" {names}")
    assert len(text) > 8_000_000
    assert dmn.loads(text, limits=dmn.Limits(loading_seconds=60)).decisions == {}
