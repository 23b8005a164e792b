"""The built-in functions and operators by the examples of the specification (DMN 1.5, 10.3.4) and their edges."""

from __future__ import annotations

import pytest

import dmn
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
9e6144 > 1 and 1e-6143 > 0 and 2 ** 0.5 > 1.4142135623730950488 and 2 ** 0.5 < 1.4142135623730950489
(for m in 1..12 return substring(month of year(date(2024, m, 1)), 1, 3)) = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
(for m in [2, 9, 10, 11, 12] return month of year(date(2024, m, 1))) = ["February", "September", "October", "November", "December"]
(for m in 3..8 return month of year(date(2024, m, 1))) = ["March", "April", "May", "June", "July", "August"]
(for d in 2..6 return day of week(date(2024, 1, d))) = ["Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
null instance of Null and null instance of null and not(1 instance of null) and 1 instance of any
@"2024-01-01T00:00:00" instance of dateTime and @"2024-01-01T00:00:00" instance of date and time
@"P1Y" instance of yearMonthDuration and @"P1Y" instance of years months duration
@"P1Y" instance of year month duration and @"P1Y" instance of duration and @"P1D" instance of duration
@"P1D" instance of dayTimeDuration and @"P1D" instance of days time duration and @"P1D" instance of day time duration
1 instance of integer and 1.5 instance of long and 1 instance of double and not("1" instance of integer)
{} instance of context and not([] instance of context) and [] instance of list and [1..2] instance of range
abs instance of function and not(1 instance of function) and @"10:00:00" instance of time and @"2024-01-01" instance of date
(function(f: function<number> -> Any) 1) instance of function<function<number> -> Any> -> Any
not((function(f: function<string> -> Any) 1) instance of function<function<number> -> Any> -> Any)
not((function(f: function<number> -> Any) 1) instance of function<function<number, number> -> Any> -> Any)
not((function(f: function<number> -> Any) 1) instance of function<function> -> Any)
(function(f: function) 1) instance of function<function> -> Any
not((function(f: number) 1) instance of function<function<number> -> Any> -> Any)
(function(f: Any) 1) instance of function<function<number> -> Any> -> Any
(function(x: context<a: number>) 1) instance of function<context<a: number, b: string>> -> Any
not((function(x: context<a: number>) 1) instance of function<context<b: number>> -> Any)
not((function(x: context<a: number>) 1) instance of function<context<a: string>> -> Any)
(function(x: list<number>) 1) instance of function<list<number>> -> Any
not((function(x: list<number>) 1) instance of function<list<string>> -> Any)
(function(x: range<number>) 1) instance of function<range<number>> -> Any
not((function(x: range<number>) 1) instance of function<range<string>> -> Any)
not((function(x: list<number>) 1) instance of function<number> -> Any)
not((function(x: range<number>) 1) instance of function<number> -> Any)
(function(x) 1) instance of function<list<range<context<a: number>>>> -> Any
[[1]] instance of list<list<number>> and not([[1]] instance of list<list<string>>) and [1..2] instance of range<number>
not({a: {b: "x"}} instance of context<a: context<b: number>>) and {a: {b: 1}} instance of context<a: context<b: number>>
matches("aé1", "^\p{L}+\p{N}$") and not(matches("a", "\P{L}")) and not(matches("a", "\p{Lu}"))
matches("é", "\p{IsLatin-1Supplement}") and not(matches("e", "\p{IsLatin-1Supplement}")) and matches("e", "\P{IsGreek}")
matches("a.b", "^\i\c+$") and not(matches("1", "\i")) and matches("1", "\I\C?") and not(matches("a", "\C"))
matches("a1", "^\w\d$") and matches(" .", "^\s\W$") and matches("a", "^\S$") and matches("a", "^\D$")
matches("a[b", "a\[b") and matches("tab	", "\t") and not(matches("t", "\t")) and matches("n", "[^\n\r\t]")
matches("a-", "^[a\-]+$") and matches("-", "^[-a]$") and matches("-", "^[a-]$") and not(matches("b", "^[a-]$"))
matches("b", "^[a-c-[b]]?b$") and not(matches("b", "^[a-c-[b]]$")) and matches("]", "^[\]]$")
matches("1", "^[\D\d]$") and not(matches("1", "^[\D]$")) and matches("a", "^[\D]$") and matches("b", "^[^\da]$")
matches("aa", "^(a)\1$") and not(matches("ab", "^(a)\1$")) and matches("aa0", "^(a)\10$")
matches("ab", "a b", "x") and matches("a b", "a[ ]b", "x") and matches("a[b", "a\[ b", "x") and not(matches("ab", "a b"))
replace("abc", "(b)", "[$1]") = "a[b]c"
replace("abc", "(b)", "$10") = "ab0c" and replace("abc", "b", "$1") = "ac" and replace("aaa", "a{2}", "x") = "xa"
replace("aaaa", "a{1,3}", "x") = "xx" and replace("aaaa", "a{2,}", "x") = "x" and replace("aaaa", "a{1,3}?", "x") = "xxxx"
split("a1b22c", "\d+") = ["a", "b", "c"] and split("a|b", "\|") = ["a", "b"]
substring(string: "abc", start position: 2) = "bc" and substring(length: 1, string: "abc", start position: 2) = "b"
(for i in (1..3) return i) = [2] and (for i in (1..3] return i) = [2, 3] and (for i in 1..3 return i) = [1, 2, 3]
(for i in [@"2024-01-01"..@"2024-01-02") return i.day) = [1]
{b: 1, r: [{a: 1}][a = b]}.r = [{a: 1}] and [{a: 1, f: 2}][f > 1].a = [1] and [1, 2][abs(item) > 1] = [2]
matches("a\nb", "a.b", "s") and not(matches("a\nb", "a.b")) and matches("a\nb", "^b", "m") and not(matches("a\nb", "^b"))
replace("abc", "b", "\\$") = "a$c" and replace("abc", "b", "\\\\") = "a\\c" and not(matches("a\n", "a$"))
"""  # noqa: E501 - an expression a line

NULL = r"""
1 / 0 // arithmetic at 2: the result is no number (DivisionByZero)
substring("foobar", 7) // argument at 0: substring(): start position 7 is outside of the string
substring("foobar", -7) // argument at 0: substring(): start position -7 is outside of the string
substring("foobar", 1, 0) // argument at 0: substring(): a length is at least 1
string join(["a", 1]) // argument at 0: string join(): only strings can be joined
split("a", "") // argument at 0: split(): a delimiter matches at least one character
number("1.5", ",", ",") // argument at 0: number(): the two separators must differ
number("1.5", "x", ",") // argument at 0: number(): a grouping separator is space, comma or point, a decimal one comma or point
number("1.5", " ", ",") // argument at 0: number(): '1.5' is not a number
number("") // argument at 0: number(): '' is not a number
string(null) // null at 0: string(): parameter 'from' is null
min([]) // argument at 0: min(): an empty list has no extreme
sum(["a"]) // argument at 0: sum(): only numbers and durations have a sum
sum([1, "a"]) // argument at 0: sum(): an item is a string, not a number
mean([]) // argument at 0: mean(): an empty list has no sum
median([]) // argument at 0: median(): needs 1 or more numbers
stddev([1]) // argument at 0: stddev(): needs 2 or more numbers
product(["a"]) // argument at 0: product(): an item is a string, not a number
any([false, 1]) // argument at 0: any(): an item is a number, not a boolean
sublist([1, 2, 3], 0) // argument at 0: sublist(): position 0 is outside of the list
sublist([1, 2, 3], 4) // argument at 0: sublist(): position 4 is outside of the list
sublist([1, 2, 3], -4) // argument at 0: sublist(): position -4 is outside of the list
sublist([1, 2, 3], 2, 3) // argument at 0: sublist(): length 3 is outside of the list
sublist([1, 2, 3], 2, 0) // argument at 0: sublist(): length 0 is outside of the list
list replace([1], function(a) true, 2) // argument at 0: list replace(): match takes an item and the new item
list replace([1], function(a, b) 1, 2) // argument at 0: list replace(): match must return true or false
sort([1, 2], function(a) true) // argument at 0: sort(): precedes takes two items
sort([1, "a"]) // type at 0: sort(): string and number cannot be ordered
partition([1], 0) // argument at 0: partition(): a size is at least 1
decimal(1, 6177) // argument at 0: decimal(): a scale lies between -6111 and 6176, not 6177
decimal(1, -6112) // argument at 0: decimal(): a scale lies between -6111 and 6176, not -6112
modulo(1, 0) // arithmetic at 0: modulo(): modulo by zero
log(-1) // arithmetic at 0: log(): -1 has no logarithm
not(1) // argument at 0: not(): only a boolean can be negated
get value({a: 1}, "b") // unknown-name at 0: get value(): the context has no entry 'b'
context([{key: "a"}]) // argument at 0: context(): an entry is a context with a key and a value
context([{key: 1, value: 2}]) // argument at 0: context(): an entry is a context with a key and a value
context put({a: 1}, [], 2) // argument at 0: context put(): keys are a list of strings
context put({a: 1}, [1], 2) // argument at 0: context put(): keys are a list of strings
context put({a: 1}, ["a", "b"], 2) // argument at 0: context put(): the entry 'a' is no context
context merge([1]) // argument at 0: context merge(): only contexts can be merged
range("[1, 2]") // argument at 0: range(): '[1, 2]' is not a range
range("<1..2]") // argument at 0: range(): '<1..2]' is not a range
range("[1..2>") // argument at 0: range(): '[1..2>' is not a range
range("(..)") // argument at 0: range(): a range has a bound
range("[..1]") // argument at 0: range(): a bound that is left out is open
range("[3..1]") // argument at 0: range(): '[3..1]' ends before it starts
range("[a..2]") // argument at 0: range(): a bound of a range is a literal
range("[null..2]") // argument at 0: range(): a bound of a range is a literal
range("[abs(1)..2]") // argument at 0: range(): a bound of a range is a literal
date(2024, 13, 1) // argument at 0: date(): there is no date 2024-13-01
date(2024, 0, 1) // argument at 0: date(): there is no date 2024-00-01
date(2024, 4, 31) // argument at 0: date(): there is no date 2024-04-31
date(2024, 1, 0) // argument at 0: date(): there is no date 2024-01-00
date("1900-02-29") // argument at 0: date(): there is no date 1900-02-29
date(1000000000, 1, 1) // argument at 0: date(): there is no date 1000000000-01-01
time(24, 0, 0) // argument at 0: time(): there is no time 24:00:00
time(10, 60, 0) // argument at 0: time(): there is no time 10:60:00
time(10, 0, 60) // argument at 0: time(): there is no time 10:00:60
time("10:00:00+18:01") // argument at 0: time(): an offset of 64860 s is beyond 18 hours
time("10:00:00+01:60") // argument at 0: time(): there is no offset +01:60
time("10:00:00+01:00:60") // argument at 0: time(): there is no offset +01:00:60
time("24:00:01") // argument at 0: time(): there is no time 24:00:01
time("1:00:00") // argument at 0: time(): '1:00:00' is not a time (hh:mm:ss)
time("10:00:00@Europe/Atlantis") // argument at 0: time(): there is no time zone 'Europe/Atlantis'
date and time("2024-01-01T25:00:00") // argument at 0: date and time(): there is no time 25:00:00
date and time("2024-01-01 10:00:00") // argument at 0: date and time(): '2024-01-01 10:00:00' is not a date (YYYY-MM-DD)
duration("P") // argument at 0: duration(): 'P' is not a duration
duration("PT") // argument at 0: duration(): 'PT' is not a duration
duration("P1YT1H") // argument at 0: duration(): 'P1YT1H' mixes months with days, which no FEEL duration does
duration("P1M1D") // argument at 0: duration(): 'P1M1D' mixes months with days, which no FEEL duration does
duration("P1234567890123456789D") // argument at 0: duration(): 'P1234567890123456789D' is not a duration
@"10:00:00" - @"10:00:00Z" // type at 12: a local time and one with a zone have no difference
@"2024-01-01T10:00:00" - @"2024-01-01T10:00:00Z" // type at 23: a local date and time and one with a zone have no difference
@"2024-01-01" + 1 // type at 14: date + number is not defined
@"P1D" + @"P1M" // type at 7: days and time duration + years and months duration is not defined
@"P1D" / 0 // arithmetic at 7: the result is no number (DivisionByZero)
10 ** 7000 // arithmetic at 3: the result is no number (Overflow)
null between 1 and 2 // null at 5: null cannot be ordered
1 between null and 2 // null at 2: null cannot be ordered
{a: 1} < {a: 2} // type at 7: a context has no order
"a" + 1 // type at 4: string + number is not defined
1 = "1" // type at 2: number and string cannot be compared
1 < "1" // type at 2: number and string cannot be ordered
true and null //
substring("foobar", 0) // argument at 0: substring(): start position 0 is outside of the string
sum([]) // argument at 0: sum(): an empty list has no sum
sqrt(-1) // arithmetic at 0: the result is no number (InvalidOperation)
log(0) // arithmetic at 0: log(): 0 has no logarithm
matches("abc", "(?i)A") // argument at 0: matches(): '(?i)A' is no regular expression: a group that XPath does not know at 1
replace("abc", ".*?", "x") // argument at 0: replace(): a pattern that matches nothing at all cannot be replaced
date("2023-02-29") // argument at 0: date(): there is no date 2023-02-29
duration("P1Y1D") // argument at 0: duration(): 'P1Y1D' mixes months with days, which no FEEL duration does
number("1,000") // argument at 0: number(): '1,000' is not a number
{a: 1}.b // unknown-name at 6: the context has no entry 'b'
[1, 2, 3][4] // argument at 9: position 4 is outside of a list of 3
all([true, "x"]) // argument at 0: all(): an item is a string, not a boolean
sort([1, 2], "x") // argument at 0: sort(): parameter 'precedes' is a string, not a function
round up(5.5, 6177) // argument at 0: round up(): a scale lies between -6111 and 6176, not 6177
context([{key: "a", value: 1}, {key: "a", value: 2}]) // argument at 0: context(): the key 'a' is given twice
sublist([1], 1, 1e18) // argument at 0: sublist(): 'length' is out of range: 1E+18
sublist([1], 1e18) // argument at 0: sublist(): 'position' is out of range: 1E+18
substring("a", 1e18) // argument at 0: substring(): 'start position' is out of range: 1E+18
partition([1], 1e18) // argument at 0: partition(): 'size' is out of range: 1E+18
date(1e18, 1, 1) // argument at 0: date(): 'year' is out of range: 1E+18
date(2024, 1e18, 1) // argument at 0: date(): 'month' is out of range: 1E+18
date(2024, 1, 1e18) // argument at 0: date(): 'day' is out of range: 1E+18
time(1e18, 1, 1) // argument at 0: time(): 'hour' is out of range: 1E+18
time(1, 1e18, 1) // argument at 0: time(): 'minute' is out of range: 1E+18
time(1, 1, 1e18) // argument at 0: time(): 'second' is out of range: 1E+18
date and time("2024-01-01T1") // argument at 0: date and time(): '2024-01-01T1' is not a date and time (YYYY-MM-DDThh:mm:ss)
1 + null // null at 2: number + null is not defined
1 - "a" // type at 2: number - string is not defined
true * 1 // type at 5: boolean * number is not defined
[] / 1 // type at 3: list / number is not defined
{} ** 1 // type at 3: context ** number is not defined
not(null) // null at 0: not(): only a boolean can be negated
-null // null at 0: a null has no negative
null < 1 // null at 5: null cannot be ordered
@"P1D".years // unknown-name at 6: a days and time duration has no property 'years'
10 ** 70000000 // arithmetic at 3: the power is out of range
time("10:00:00Z") < time("10:00:00") // type at 18: a local time and one with a zone cannot be ordered
[1, 2, 3][-4] // argument at 9: position -4 is outside of a list of 3
[1, 2, 3]["a"] // type at 9: a filter returns a string, not a boolean or number
some x in [1] satisfies 1 // type at 0: a condition is a number, not a boolean
every x in 1..2 satisfies "a" // type at 0: a condition is a string, not a boolean
for x in (1..) return x // syntax at 13: unexpected ')', expected an expression
for i in "a".."b" return i // type at 0: one cannot count from string to string
abs() // argument at 0: abs(): abs() does not take 0 arguments
abs(1, 2) // argument at 0: abs(): abs() does not take 2 arguments
abs(m: 1) // argument at 0: abs(): abs() has no parameters m
substring(1, 2) // argument at 0: substring(): parameter 'string' is a number, not a string
(function(a: number) a)("x") // argument at 1: parameter 'a': "x" is no number
(function(a) a)(1, 2) // argument at 1: the function takes 1 arguments, not 2
(function(a) a)(b: 1) // argument at 1: the function() takes a, not b
1(2) // type at 0: a number cannot be called
"a".b // type at 3: a string has no entry 'b'
[1].b // type at 3: a number has no entry 'b'
@"2024-01-01".hour // unknown-name at 13: a date has no property 'hour'
@"P1Y".days // unknown-name at 6: a years and months duration has no property 'days'
true and 1 // type at 0: an operand of 'and' is a number
false or "a" // type at 0: an operand of 'or' is a string
{a: 1}["a"] // type at 6: a filter returns a string, not a boolean or number
(function(a: boolean) a)(1) + (function(a: string) a)(1) + (function(a: number) a)("a") + (function(a: date) a)(1) + (function(a: time) a)(1) + (function(a: date and time) a)(1) + (function(a: years and months duration) a)(1) + (function(a: days and time duration) a)(1) + (function(a: duration) a)(1) + (function(a: context) a)(1) + (function(a: list<string>) a)(1) + (function(a: range) a)(1) + (function(a: function) a)(1) + (function(a: null) a)(1) + (function(a: integer) a)(1.5) // argument at 1: parameter 'a': 1 is no boolean; argument at 31: parameter 'a': 1 is no string; null at 28: null + null is not defined; argument at 60: parameter 'a': "a" is no number; null at 57: null + null is not defined; argument at 91: parameter 'a': 1 is no date; null at 88: null + null is not defined; argument at 118: parameter 'a': 1 is no time; null at 115: null + null is not defined; argument at 145: parameter 'a': 1 is no date and time; null at 142: null + null is not defined; argument at 181: parameter 'a': 1 is no years and months duration; null at 178: null + null is not defined; argument at 229: parameter 'a': 1 is no days and time duration; null at 226: null + null is not defined; argument at 274: parameter 'a': 1 is no duration; null at 271: null + null is not defined; argument at 305: parameter 'a': 1 is no context; null at 302: null + null is not defined; argument at 335: parameter 'a': 1 is no string; null at 332: null + null is not defined; argument at 370: parameter 'a': 1 is no range<Any>; null at 367: null + null is not defined; argument at 398: parameter 'a': 1 is no function; null at 395: null + null is not defined; argument at 429: parameter 'a': only null is of type null; null at 426: null + null is not defined; argument at 456: parameter 'a': 1.5 is no integer; null at 453: null + null is not defined
matches("X", "\\X") // argument at 0: matches(): '\X' is no regular expression: an unknown escape '\X' at 2
matches("a", "[a") // argument at 0: matches(): '[a' is no regular expression: a class that is not closed at 2
matches("a", "[]") // argument at 0: matches(): '[]' is no regular expression: a class that is not closed at 2
matches("a", "a)") // argument at 0: matches(): 'a)' is no regular expression: a ')' that closes nothing at 2
matches("a", "(a") // argument at 0: matches(): '(a' is no regular expression: missing ), unterminated subpattern at position 0
matches("a", "*a") // argument at 0: matches(): '*a' is no regular expression: a '*' that repeats nothing at 0
matches("a", "\\") // argument at 0: matches(): '\' is no regular expression: a backslash that escapes nothing at 1
matches("a", "[\\") // argument at 0: matches(): '[\' is no regular expression: a backslash that escapes nothing at 2
matches("a", "\\k") // argument at 0: matches(): '\k' is no regular expression: an unknown escape '\k' at 2
matches("a", "\\2") // argument at 0: matches(): '\2' is no regular expression: a reference to a group that is not there at 1
matches("a", "\\pL") // argument at 0: matches(): '\pL' is no regular expression: a property without braces at 2
matches("a", "\\p{Xx}") // argument at 0: matches(): '\p{Xx}' is no regular expression: an unknown category 'Xx' at 6
matches("a", "\\p{IsMars}") // argument at 0: matches(): '\p{IsMars}' is no regular expression: an unknown block 'IsMars' at 10
matches("a", "[a[b]]") // argument at 0: matches(): '[a[b]]' is no regular expression: a '[' within a class at 3
matches("a", "[a-[b]c]") // argument at 0: matches(): '[a-[b]c]' is no regular expression: a subtraction must end its class at 6
matches("a", "a", "g") // argument at 0: matches(): flags are of s, m, i, x and q, not 'g'
replace("a", "a", "\\a") // argument at 0: replace(): a backslash in a replacement stands before \ or $
replace("a", "a", "$a") // argument at 0: replace(): a $ in a replacement stands before the number of a group
remove([1], 2) // argument at 0: remove(): position 2 is outside of the list
remove([1], 0) // argument at 0: remove(): position 0 is outside of the list
insert before([1], 3, 0) // argument at 0: insert before(): position 3 is outside of the list
insert before([1], -3, 0) // argument at 0: insert before(): position -3 is outside of the list
list replace([1], 2, 0) // argument at 0: list replace(): position 2 is outside of the list
list replace([1], 0, 0) // argument at 0: list replace(): position 0 is outside of the list
mode(["a"]) // argument at 0: mode(): an item is a string, not a number
stddev("a") // argument at 0: stddev(): needs 2 or more numbers
min([1, "a"]) // type at 0: min(): string and number cannot be ordered
years and months duration(@"2024-01-01", 1) // argument at 0: years and months duration(): parameter 'to' is a number, not a date|date and time
date("2024-1-1") // argument at 0: date(): '2024-1-1' is not a date (YYYY-MM-DD)
date and time(@"2024-01-01", 1) // argument at 0: date and time(): parameter 'timezone' is a number, not a string
date and time(@"2024-07-02T03:04:05Z", "Mars") // argument at 0: date and time(): there is no time zone 'Mars'
overlaps([1..2], ["a".."b"]) // type at 0: overlaps(): number and string cannot be ordered
null.a // null at 4: a null has no entry 'a'
1 + // syntax at 3: the text ends too early, expected an expression
(1 // syntax at 2: the text ends too early, expected ')'
[1 // syntax at 2: the text ends too early, expected ']'
{a 1} // syntax at 1: unexpected 'a', expected the name of an entry
{a: 1, a: 2} // syntax at 0: an entry of the context is defined twice
{1: 2} // syntax at 1: unexpected '1', expected the name of an entry
for x [1] return 1 // syntax at 4: unexpected 'x', expected a name
for x in 1.. return x // syntax at 13: unexpected 'return', expected an expression
for x in [1] 2 // syntax at 13: unexpected '2', expected 'return'
some x in [1] // syntax at 13: the text ends too early, expected 'satisfies'
some x in [1] satisfies // syntax at 23: the text ends too early, expected an expression
if 1 then 2 // syntax at 11: the text ends too early, expected 'else'
if 1 2 else 3 // syntax at 5: unexpected '2', expected 'then'
function( // syntax at 9: the text ends too early, expected the name of a parameter
function(a // syntax at 10: the text ends too early, expected ')'
function(a: ) 1 // syntax at 12: unexpected ')', expected a name after '.'
function(a) external // syntax at 20: the text ends too early, expected an expression
1 between 2 // syntax at 11: the text ends too early, expected 'and'
1 between 2 or 3 // syntax at 12: unexpected 'or', expected 'and'
1 instance of // syntax at 13: the text ends too early, expected a name after '.'
1 instance of list< // syntax at 19: the text ends too early, expected a name after '.'
1 instance of nothing // unknown-name at 2: there is no type 'nothing'
1..2 // syntax at 1: unexpected '..'
[1.. // syntax at 4: the text ends too early, expected an expression
]1..2 // syntax at 5: the text ends too early, expected ']' or ')' after the range
@1 // syntax at 1: unexpected '1', expected a string after '@'
@"x" // argument at 0: 'x' is not a date (YYYY-MM-DD)
date("x") // argument at 0: date(): 'x' is not a date (YYYY-MM-DD)
abs(1 // syntax at 5: the text ends too early, expected ')'
abs(n: 1, 2) // syntax at 10: unexpected '2', arguments are either all named or none is
"a // syntax at 0: the text in quotes is not closed; close it with a straight '"'
1 < 2 < 3 // type at 6: boolean and number cannot be ordered
not( // syntax at 4: the text ends too early, expected an expression
nothing // unknown-name at 0: the name 'nothing' is unknown
1e // syntax at 1: unexpected 'e'
\ // syntax at 0: unexpected '\\'
1e6145 // syntax at 0: the number 1e6145 is out of range
"""  # noqa: E501 - an expression a line


@pytest.mark.parametrize("text", TRUE.strip().splitlines())
def test_holds(text: str) -> None:
    evaluation = feel.evaluate(text, strict=False)
    assert evaluation.value is True, evaluation.warnings


def why_null(text: str) -> str:
    try:
        evaluation = feel.evaluate(text, strict=False)
    except dmn.FeelSyntaxError as error:
        return f" syntax at {error.position}: {error}"
    assert evaluation.value is None
    return ";".join(f" {each.kind} at {each.position}: {each.message}" for each in evaluation.warnings)


@pytest.mark.parametrize("line", NULL.strip().splitlines())
def test_is_null_and_says_why(line: str) -> None:
    text, _, said = line.partition(" //")
    assert why_null(text) == said
