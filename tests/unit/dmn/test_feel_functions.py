"""The built-in functions and operators by the examples of the specification (DMN 1.5, 10.3.4) and their edges."""

from __future__ import annotations

import pytest

from dmn import feel

TRUE = r"""
substring("foobar", 3) = "obar"
substring("foobar", -2, 1) = "a"
substring("\U01F40Eab", 2) = "ab"
string length("\U01F40Eab") = 3
upper case("aBc4") = "ABC4"
substring before("foobar", "bar") = "foo"
substring after("foobar", "ob") = "ar"
replace("abcd", "(ab)|(a)", "[1=$1][2=$2]") = "[1=ab][2=]cd"
replace("0123456789", "(\d{3})(\d{3})(\d{4})", "($1) $2-$3") = "(012) 345-6789"
matches("foobar", "^fo*b")
matches("hello world", " hello \ sworld", "x")
not(matches("abc", "^[a-z-[b]]+$"))
split("John Doe", "\s") = ["John", "Doe"]
split("a;b;c;;", ";") = ["a", "b", "c", "", ""]
string join(["a", null, "c"], "_and_") = "a_and_c"
list contains([1, 2, null], null)
count([]) = 0
sum([1, 2, 3]) = 6
mean(1, 2, 3) = 2
median(8, 2, 5, 3, 4) = 4
mode([6, 3, 9, 6, 6]) = [6]
mode([6, 1, 9, 6, 1]) = [1, 6]
all([true, null, false]) = false
any([false, null, true])
sublist([4, 5, 6], 1, 2) = [4, 5]
append([1], 2, 3) = [1, 2, 3]
concatenate([1, 2], [3]) = [1, 2, 3]
insert before([1, 3], 1, 2) = [2, 1, 3]
remove([1, 2, 3], 2) = [1, 3]
index of([1, 2, 3, 2], 2) = [2, 4]
union([1, 2], [2, 3]) = [1, 2, 3]
distinct values([1, 2, 3, 2, 1]) = [1, 2, 3]
flatten([[1, 2], [[3]], 4]) = [1, 2, 3, 4]
list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5) = [5, 5, 7, 8]
partition([1, 2, 3], 2) = [[1, 2], [3]]
sort([3, 1, 4, 5, 2], function(x, y) x < y) = [1, 2, 3, 4, 5]
decimal(1/3, 2) = 0.33
decimal(2.5, 0) = 2
floor(-1.56, 1) = -1.6
ceiling(1.5) = 2
round up(-5.5, 0) = -6
round half down(5.5, 0) = 5
modulo(-12, 5) = 3
modulo(10.1, 4.5) = 1.1
modulo(5.1, -2.3) = -1.8
abs(@"-PT5H") = @"PT5H"
odd(5) and even(2)
number("1 000,5", " ", ",") = 1000.5
string(@"2024-02-29T10:00:00@Europe/Paris") = "2024-02-29T10:00:00@Europe/Paris"
string({a: "x", b: [1, null]}) = "{a: \"x\", b: [1, null]}"
date("2024-01-31") + @"P1M" = date("2024-02-29")
date("2012-12-24") - date("2012-12-23") = duration("P1D")
@"2021-01-02T10:10:10+01:00" - @"2021-01-01" = @"P1DT9H10M10S"
years and months duration(date("2011-12-22"), date("2013-08-24")) = duration("P1Y8M")
date and time("2024-03-31T12:00:00@Europe/Paris").time offset = duration("PT2H")
day of year(@"2019-09-17") = 260
day of week(@"2019-09-17") = "Tuesday"
week of year(@"2005-01-01") = 53
month of year(@"2019-09-17") = "September"
date("-999999999-12-31").year = -999999999
is(time("23:00:50Z"), time("23:00:50+00:00"))
not(is(@"2012-12-25", time("23:00:50")))
get value({key1: "value1"}, "key1") = "value1"
context put({x: 1, y: {a: 0}}, ["y", "a"], 2) = {x: 1, y: {a: 2}}
context merge([{x: 1}, {x: 2, y: 3}]) = {x: 2, y: 3}
context([{key: "a", value: 1}]) = {a: 1}
before([1..5), [5..10])
meets([1..5], [5..10])
overlaps([1..5], [3..8])
overlaps after([3..8], [1..5])
finishes(10, [1..10])
includes([1..10], 5)
during([4..6], [1..10])
starts([1..5], [1..10])
started by([1..10], 1)
coincides([1..5], [1..5])
range("[1..3]") = [1..3]
5 in (< 3, [4..6))
{a: 1}.a = 1
[{x: 1, y: 2}, {x: 2, y: 3}][x = 1] = [{x: 1, y: 2}]
[1, 2, 3][-1] = 3
-3 ** 2 = 9
(for i in 0..4 return if i = 0 then 1 else i * partial[-1]) = [1, 1, 2, 6, 24]
(for i in [@"2024-02-28"..@"2024-03-01"] return i.day) = [28, 29, 1]
some x in [1, 2], y in [2, 3] satisfies x = y
every x in [] satisfies false
(function(x: number, y: number) x - y)(y: 1, x: 5) = 4
[1, 2] instance of list<number>
abs instance of function<number> -> number
"a" in ["a", "b"]
2 ** 0.5 > 1.4142135623730950488 and 2 ** 0.5 < 1.4142135623730950489
"""

NULL = r"""
1 / 0
"a" + 1
1 = "1"
1 < "1"
true and null
substring("foobar", 0)
sum([])
sqrt(-1)
log(0)
matches("abc", "(?i)A")
replace("abc", ".*?", "x")
date("2023-02-29")
duration("P1Y1D")
number("1,000")
{a: 1}.b
[1, 2, 3][4]
all([true, "x"])
sort([1, 2], "x")
round up(5.5, 6177)
context([{key: "a", value: 1}, {key: "a", value: 2}])
time("10:00:00Z") < time("10:00:00")
"""


@pytest.mark.parametrize("text", TRUE.strip().splitlines())
def test_holds(text: str) -> None:
    evaluation = feel.evaluate(text, strict=False)
    assert evaluation.value is True, evaluation.warnings


@pytest.mark.parametrize("text", NULL.strip().splitlines())
def test_is_null_and_says_why(text: str) -> None:
    evaluation = feel.evaluate(text, strict=False)
    assert evaluation.value is None
    assert evaluation.warnings or text == "true and null"
