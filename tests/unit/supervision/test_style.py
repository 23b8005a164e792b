"""Text can be read in both themes and on every step of the scale, also where only grey is printed."""

from itertools import pairwise

import pytest

from supervision.kit.style import ON_SCALE, SCALE, colours
from supervision.question import Theme

LEAST = 4.5
"""WCAG AA, for text."""


def luminance(colour: str) -> float:
    """The relative luminance of a colour, as WCAG defines it."""
    values = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in values]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", Theme)
def test_text_stands_out_from_what_it_stands_on(theme: Theme) -> None:
    on = {"paper": ("ink", "quiet", "link", "person", "broken"), "link": ("paper",)}
    on |= {"raised": on["paper"], "person-soft": ("ink",), "broken-soft": ("ink",)}
    found = colours(theme)
    for ground, texts in on.items():
        assert [text for text in texts if contrast(found[text], found[ground]) < LEAST] == [], ground


@pytest.mark.parametrize("theme", Theme)
def test_text_stands_out_from_each_step_of_the_scale(theme: Theme) -> None:
    for step, text in zip(SCALE[theme], ON_SCALE[theme], strict=True):
        assert contrast(step, text) >= LEAST, step


@pytest.mark.parametrize("theme", Theme)
def test_steps_of_the_scale_differ_in_lightness_alone(theme: Theme) -> None:
    """Each is at least a sixth away from the next, so that the order shows in grey."""
    lightness = [luminance(step) + 0.05 for step in SCALE[theme]]
    ordered = lightness if theme is Theme.DARK else lightness[::-1]
    assert all(after / before > 7 / 6 for before, after in pairwise(ordered))
