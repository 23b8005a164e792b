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
substring("foobar", 1) = "foobar"
substring("foobar", 6) = "r"
substring("foobar", -6, 2) = "fo"
substring("foobar", 3, 9) = "obar"
substring("foobar", 3, 1) = "o"
lower case("aBc4") = "abc4"
trim(" a b ") = "a b"
substring before("foobar", "xyz") = ""
substring before("foobar", "") = ""
substring after("foobar", "xyz") = ""
substring after("foobar", "") = "foobar"
substring after("aXbXc", "X") = "bXc"
contains("foobar", "ob") and not(contains("foobar", "of"))
starts with("foobar", "fo") and not(starts with("foobar", "ob"))
ends with("foobar", "ar") and not(ends with("foobar", "ob"))
replace("a.b.c", ".", "-", "q") = "a-b-c"
replace("AbA", "a", "x", "i") = "xbx"
replace("abab", "b", "$0$0") = "abbabb"
split("ab", "x") = ["ab"]
split("axbxc", "x") = ["a", "b", "c"]
string join(["a", "b"]) = "ab"
string join([], ",") = ""
string(-0.5) = "-0.5"
string(1.50) = "1.50"
string("a\"b") = "a\"b"
string(["a\"b\\", true, null]) = "[\"a\\\"b\\\\\", true, null]"
string({"a b": 1, "a-b": false}) = "{a b: 1, \"a-b\": false}"
string([1..2)) = "[1..2)"
string((1..2]) = "(1..2]"
string(["x".."y"]) = "[\"x\"..\"y\"]"
number("1.000,5", ".", ",") = 1000.5
number("1,000.5", ",", ".") = 1000.5
number("12") = 12
number("-.5e1") = -5
count([1, null, "a"]) = 3 and count(1, 2) = 2
min([3, 1, 2]) = 1 and min(3, 1) = 1 and min("b", "a") = "a"
max([1, 3, 2]) = 3 and max(@"2024-01-01", @"2024-01-02") = @"2024-01-02"
sum(1, 2, 3) = 6 and sum([7]) = 7
sum(@"P1D", @"PT1H") = @"P1DT1H"
product([2, 3, 4]) = 24 and product(2, 3) = 6
mean([1]) = 1 and mean(@"P1D", @"P3D") = @"P2D"
median([6, 1, 2, 3]) = 2.5 and median([7]) = 7
stddev(2, 4, 7, 5) = 2.081665999466132735282297706979931
stddev([1, 3]) = 1.414213562373095048801688724209698
mode([]) = [] and mode(1, 2) = [1, 2]
all([]) and all([true, true]) and not(all(true, false))
all([true, null]) = null and any([false, null]) = null
any([]) = false and any([null, true]) and not(any(false, false))
sublist([1, 2, 3], -2) = [2, 3] and sublist([1, 2, 3], 1, 3) = [1, 2, 3]
sublist([1, 2, 3], 3, 1) = [3] and sublist([1, 2, 3], -3, 1) = [1]
insert before([1, 3], 2, 2) = [1, 2, 3] and insert before([1, 3], -1, 2) = [1, 2, 3]
remove([1, 2, 3], 1) = [2, 3] and remove([1, 2, 3], -1) = [1, 2]
list replace([1, 2, 3], 3, 9) = [1, 2, 9] and list replace([1, 2, 3], -3, 9) = [9, 2, 3]
reverse([1, 2, 3]) = [3, 2, 1]
index of([1, null, 1], null) = [2] and index of([], 1) = []
distinct values([1, "1", true, null, null, [1], [1], {a: 1}, {a: 1}]) = [1, "1", true, null, [1], {a: 1}]
duplicate values([1, 2, 1, 3, 1, [4], [4]]) = [1, [4]]
sort([3, 1, 2]) = [1, 2, 3] and sort(["b", "a"]) = ["a", "b"]
sort([@"10:00:01", @"10:00:00"]) = [@"10:00:00", @"10:00:01"]
sort([3, 1, 2], function(a, b) a > b) = [3, 2, 1]
sort([{n: 1, k: "b"}, {n: 1, k: "a"}, {n: 0, k: "c"}], function(a, b) a.n < b.n).k = ["c", "b", "a"]
partition([1, 2, 3, 4], 2) = [[1, 2], [3, 4]] and partition([], 3) = [] and partition([1, 2], 1) = [[1], [2]]
decimal(1.5, 0) = 2 and decimal(-1.5, 0) = -2 and decimal(12345, -2) = 12300
floor(1.5) = 1 and floor(-1.5) = -2 and floor(1.19, 1) = 1.1
ceiling(-1.5) = -1 and ceiling(1.11, 1) = 1.2
round up(5.1, 0) = 6 and round up(1.121, 2) = 1.13
round down(5.9, 0) = 5 and round down(-5.9, 0) = -5
round half up(5.5, 0) = 6 and round half up(-5.5, 0) = -6 and round half up(1.126, 2) = 1.13
round half down(-5.5, 0) = -5 and round half down(5.6, 0) = 6
abs(-3) = 3 and abs(3) = 3 and abs(@"-P1Y") = @"P1Y"
modulo(12, 5) = 2 and modulo(12, -5) = -3 and modulo(-12, -5) = -2 and modulo(10, 5) = 0
sqrt(16) = 4 and exp(0) = 1 and log(1) = 0
log(10) = 2.302585092994045684017991454684364
odd(-3) and not(odd(2)) and not(odd(2.5)) and even(0) and not(even(3)) and not(even(2.5))
not(true) = false and not(false) = true
10 - 4 = 6 and 10 * 4 = 40 and 10 / 4 = 2.5 and 2 ** 10 = 1024 and 0 ** 0 = 1
-@"P1D" = @"-P1D" and -@"P1Y" = @"-P1Y" and -(3) = -3
@"P1Y" + @"P2M" = @"P14M" and @"P1Y" - @"P2M" = @"P10M"
@"P1D" + @"PT2H" = @"PT26H" and @"P1D" - @"PT2H" = @"PT22H"
@"P1Y" * 2 = @"P2Y" and 2 * @"P1Y" = @"P2Y" and @"P1Y" / 2 = @"P6M" and @"P1Y" / @"P1M" = 12
@"P1D" * 2 = @"P2D" and 2 * @"P1D" = @"P2D" and @"P1D" / 2 = @"PT12H" and @"P1D" / @"PT1H" = 24
@"P1M" + @"2024-01-31" = @"2024-02-29" and @"2024-03-31" - @"P1M" = @"2024-02-29"
@"2024-01-01" + @"P1D" = @"2024-01-02" and @"2024-01-01" - @"P1D" = @"2023-12-31"
@"2024-01-01" + @"PT23H" = @"2024-01-01" and @"2024-01-01" - @"PT1H" = @"2023-12-31"
@"2024-01-31T10:00:00" + @"P1M" = @"2024-02-29T10:00:00" and @"2024-03-31T10:00:00" - @"P1M" = @"2024-02-29T10:00:00"
@"2024-01-31T10:00:00" + @"PT15H" = @"2024-02-01T01:00:00"
@"2024-01-31T10:00:00" - @"PT11H" = @"2024-01-30T23:00:00"
@"23:00:00" + @"PT2H" = @"01:00:00" and @"01:00:00" - @"PT2H" = @"23:00:00"
@"10:00:00" - @"09:30:00" = @"PT30M" and @"10:00:00+01:00" - @"10:00:00Z" = @"-PT1H"
@"2024-01-02" - @"2024-01-01T12:00:00Z" = @"PT12H"
date and time(@"2024-01-02", @"10:00:00") = @"2024-01-02T10:00:00"
date and time(@"2024-01-02T05:00:00", @"10:00:00") = @"2024-01-02T10:00:00"
date and time(@"2024-01-02") = @"2024-01-02T00:00:00Z"
date and time(2024, 1, 2, 3, 4, 5) = @"2024-01-02T03:04:05"
date and time(2024, 1, 2, 3, 4, 5.25, @"PT1H") - @"2024-01-02T02:04:05Z" = @"PT0.25S"
is(date and time(2024, 7, 2, 3, 4, 5, "Europe/Paris"), @"2024-07-02T03:04:05@Europe/Paris")
is(date and time(@"2024-07-02T03:04:05Z", "Europe/Paris"), @"2024-07-02T05:04:05@Europe/Paris")
is(date and time(@"2024-07-02T03:04:05Z", "+03:00"), @"2024-07-02T06:04:05+03:00")
is(date and time(@"2024-07-02T23:04:05+02:00", "Z"), @"2024-07-02T21:04:05Z")
is(date and time(@"2024-07-02T03:04:05", "Europe/Paris"), @"2024-07-02T03:04:05@Europe/Paris")
time(10, 20, 30) = @"10:20:30" and is(time(10, 20, 30, @"-PT1H"), @"10:20:30-01:00")
time(@"2024-01-02T10:00:00") = @"10:00:00" and is(time(@"2024-01-02"), @"00:00:00Z")
time("24:00:00") = @"00:00:00" and date and time("2024-12-31T24:00:00") = @"2025-01-01T00:00:00"
time("T10:00:00") = @"10:00:00" and date(@"2024-01-02T10:00:00") = @"2024-01-02"
date(2024, 2, 29) = @"2024-02-29" and date("2000-02-29").day = 29
years and months duration(@"2013-08-24", @"2011-12-25") = @"-P1Y7M"
years and months duration(@"2013-08-24", @"2013-09-23") = @"P0M"
years and months duration(@"2013-08-24T10:00:00", @"2014-08-24") = @"P1Y"
day of year(@"2024-12-31") = 366 and day of year(@"2023-01-01T10:00:00") = 1
day of week(@"2024-01-07") = "Sunday" and day of week(@"2024-01-01") = "Monday"
month of year(@"2024-01-01") = "January" and month of year(@"2024-12-01") = "December"
week of year(@"2024-01-01") = 1 and week of year(@"2023-01-01") = 52 and week of year(@"2020-12-31") = 53
last day of month(@"2024-02-01") = @"2024-02-29" and last day of month(@"2023-02-01T10:00:00") = @"2023-02-28"
now() instance of date and time and today() instance of date and today().year > 2023
@"P2Y15M".years = 3 and @"P2Y15M".months = 3 and @"-P15M".years = -1 and @"-P15M".months = -3
@"P1DT25H61M61S".days = 2 and @"P1DT25H61M61S".hours = 2
@"P1DT25H61M61S".minutes = 2 and @"P1DT25H61M61S".seconds = 1
@"-P1DT2H3M4S".days = -1 and @"-P1DT2H3M4S".hours = -2 and @"-P1DT2H3M4S".minutes = -3 and @"-P1DT2H3M4S".seconds = -4
@"10:20:30+01:30".hour = 10 and @"10:20:30+01:30".minute = 20 and @"10:20:30".second = 30
@"10:20:30+01:30".time offset = @"PT1H30M" and @"10:20:30".time offset = null
@"10:20:30@Europe/Paris".timezone = "Europe/Paris"
@"2024-02-03T10:20:30".year = 2024 and @"2024-02-03T10:20:30".month = 2 and @"2024-02-03T10:20:30".weekday = 6
string(@"P0M") = "P0M" and string(@"P14M") = "P1Y2M" and string(@"-P12M") = "-P1Y" and string(@"P11M") = "P11M"
string(@"PT36H") = "P1DT12H" and string(@"-PT0.5S") = "-PT0.5S" and string(@"PT1H1M1.25S") = "PT1H1M1.25S"
string(@"PT0S") = "PT0S" and string(@"P2D") = "P2D" and string(@"PT61M") = "PT1H1M"
string(@"10:00:00.120") = "10:00:00.12"
string(@"10:00:00-01:30") = "10:00:00-01:30" and string(@"10:00:00+00:00") = "10:00:00Z"
string(@"10:00:00+01:00:30") = "10:00:00+01:00:30" and string(@"-0044-03-15") = "-0044-03-15"
@"10:00:00+18:00" instance of time and @"10:00:00-18:00" instance of time
@"2024-01-01T00:00:00@Europe/Paris" = @"2023-12-31T23:00:00Z"
@"12000-07-01T00:00:00@Europe/Paris".time offset = @"PT2H"
get entries({a: 1, b: null}) = [{key: "a", value: 1}, {key: "b", value: null}]
context put({a: 1}, "b", 2) = {a: 1, b: 2} and context put({a: 1}, ["b", "c"], 2) = {a: 1, b: {c: 2}}
context([{key: "a", value: null}]) = {a: null} and context([]) = {} and context merge([]) = {}
range("(1..3)") = (1..3) and range("]1..3[") = (1..3) and range(" [1..3] ") = [1..3]
range("[\"a\"..\"c\"]") = ["a".."c"] and range("[@\"2024-01-01\"..date(\"2024-02-01\")]").end = @"2024-02-01"
range("(..3]").start = null and range("[1..)").end included = false and range("[1..1]") = [1..1]
[1..3].start = 1 and [1..3].end = 3 and [1..3].start included and not((1..3].start included)
3 between 3 and 4 and 4 between 3 and 4 and not(5 between 3 and 4) and not(2 between 3 and 4)
1 < 2 and not(1 < 1) and 1 <= 1 and 2 > 1 and not(1 > 1) and 1 >= 1 and not(0 >= 1) and not(2 <= 1)
[1, 2] = [1, 2] and [1, 2] != [2, 1] and [1] != [1, 1] and {a: 1} != {b: 1} and {a: 1} != {a: 2}
null = null and null != 1 and not(1 = null)
@"10:00:00" != @"10:00:00Z" and @"10:00:00Z" = @"11:00:00+01:00"
{a: null} instance of context<a: number> and not({b: 1} instance of context<a: number>)
{a: 1, b: "x"} instance of context<a: number> and not({a: "x"} instance of context<a: number>)
[1, null] instance of list<number> and not(["a"] instance of list<number>) and not(1 instance of list<number>)
[1..3] instance of range<number> and not(["a".."b"] instance of range<number>) and not(1 instance of range<number>)
1 instance of Any and not(null instance of Any) and not(1 instance of string) and true instance of boolean
@"P1D" instance of days and time duration and not(@"P1D" instance of years and months duration)
(function(a: number) a) instance of function<number> -> number
not(abs instance of function<number, number> -> number) and not(1 instance of function<number> -> number)
(for x in [1, 2], y in [x, 10] return x * y) = [1, 10, 4, 20]
(for i in 3..1 return i) = [3, 2, 1] and (for i in [1..3) return i) = [1, 2]
(some x in [1, 2] satisfies x > 1) and not(some x in [] satisfies true) and (every x in [1, 2] satisfies x > 0)
not(every x in [1, 2] satisfies x > 1)
(function(abs) abs + 1)(1) = 2 and {abs: function(x) x * 3, r: abs(-2)}.r = -6
{count: function(list) 7, r: count([1])}.r = 7
[{a: 1}, {a: 2}][item.a > 1].a = [2] and [1, 2, 3][item >= 2] = [2, 3] and [{a: 1}, {b: 2}].a = [1, null]
[1, 2, 3][1] = 1 and [1, 2, 3][-3] = 1 and 5[1] = 5 and [][true] = []
2 ** 0.5 > 1.4142135623730950488 and 2 ** 0.5 < 1.4142135623730950489
"""

NULL = r"""
1 / 0
substring("foobar", 7)
substring("foobar", -7)
substring("foobar", 1, 0)
string join(["a", 1])
split("a", "")
number("1.5", ",", ",")
number("1.5", "x", ",")
number("1.5", " ", ",")
number("")
string(null)
min([])
sum(["a"])
sum([1, "a"])
mean([])
median([])
stddev([1])
product(["a"])
any([false, 1])
sublist([1, 2, 3], 0)
sublist([1, 2, 3], 4)
sublist([1, 2, 3], -4)
sublist([1, 2, 3], 2, 3)
sublist([1, 2, 3], 2, 0)
list replace([1], function(a) true, 2)
list replace([1], function(a, b) 1, 2)
sort([1, 2], function(a) true)
sort([1, "a"])
partition([1], 0)
decimal(1, 6177)
decimal(1, -6112)
modulo(1, 0)
log(-1)
not(1)
get value({a: 1}, "b")
context([{key: "a"}])
context([{key: 1, value: 2}])
context put({a: 1}, [], 2)
context put({a: 1}, [1], 2)
context put({a: 1}, ["a", "b"], 2)
context merge([1])
range("[1, 2]")
range("<1..2]")
range("[1..2>")
range("(..)")
range("[..1]")
range("[3..1]")
range("[a..2]")
range("[null..2]")
range("[abs(1)..2]")
date(2024, 13, 1)
date(2024, 0, 1)
date(2024, 4, 31)
date(2024, 1, 0)
date("1900-02-29")
date(1000000000, 1, 1)
time(24, 0, 0)
time(10, 60, 0)
time(10, 0, 60)
time("10:00:00+18:01")
time("10:00:00+01:60")
time("10:00:00+01:00:60")
time("24:00:01")
time("1:00:00")
time("10:00:00@Europe/Atlantis")
date and time("2024-01-01T25:00:00")
date and time("2024-01-01 10:00:00")
duration("P")
duration("PT")
duration("P1YT1H")
duration("P1M1D")
duration("P1234567890123456789D")
@"10:00:00" - @"10:00:00Z"
@"2024-01-01T10:00:00" - @"2024-01-01T10:00:00Z"
@"2024-01-01" + 1
@"P1D" + @"P1M"
@"P1D" / 0
-"a"
10 ** 7000
null between 1 and 2
1 between null and 2
{a: 1} < {a: 2}
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
