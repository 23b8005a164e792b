"""The look of all screens: one sequential scale, one accent for "needs a person", one for "broken"; light, dark, print.

Everything is below ``.ra``, since a dashboard has its own style. Contrasts are at least 4.5 to 1 for text (WCAG AA) in
both themes; a test computes them.
"""

from collections.abc import Mapping

from supervision.question import Theme

SCALE: Mapping[Theme, tuple[str, ...]] = {
    Theme.LIGHT: ("#eaf2fb", "#cfe1f4", "#a8c9ea", "#79abdb", "#4a8ac7", "#2469ab", "#0d4a86"),
    Theme.DARK: ("#16263a", "#1b3655", "#204a78", "#2b639e", "#4b8acb", "#6ea7e0", "#a9cdf3"),
}
"""From few to many."""

ON_SCALE: Mapping[Theme, tuple[str, ...]] = {
    Theme.LIGHT: (*["#16191f"] * 5, *["#ffffff"] * 2),
    Theme.DARK: (*["#e9edf1"] * 4, *["#0f1b2a"] * 3),
}
"""The colour of text on each of them (``--t0`` and so on)."""

COLOURS: Mapping[str, tuple[str, str]] = {
    "ink": ("#16191f", "#e9edf1"),
    "quiet": ("#545b64", "#a9b4be"),
    "paper": ("#ffffff", "#0f1b2a"),
    "raised": ("#f4f6f8", "#182636"),
    "line": ("#c6cdd4", "#3a4b5c"),
    "grey": ("#8c959e", "#7b8894"),
    "bar": ("#2469ab", "#6ea7e0"),
    "link": ("#0b5cad", "#89bdf0"),
    "person": ("#ad5600", "#ffb057"),
    "person-soft": ("#ffe3c2", "#4a3010"),
    "broken": ("#8f1d4f", "#ff9cc4"),
    "broken-soft": ("#f7d9e6", "#4a1830"),
}
"""In the light theme, and in the dark one."""


def style(theme: Theme) -> str:
    """The style sheet for a theme. Paper is light: it is printed as in the light theme."""
    light = _variables(Theme.LIGHT)
    return f".ra{{{_variables(theme)}}}{_RULES}@media print{{.ra{{{light}}}{_PRINTED}}}"


def colours(theme: Theme) -> Mapping[str, str]:
    """The colours of a theme."""
    return {name: both[theme is Theme.DARK] for name, both in COLOURS.items()}


def _variables(theme: Theme) -> str:
    scales = {"s": SCALE[theme], "t": ON_SCALE[theme]}
    steps = {f"{name}{place}": value for name, scale in scales.items() for place, value in enumerate(scale)}
    return "".join(f"--{name}:{value};" for name, value in {**colours(theme), **steps}.items())


_RULES = """
.ra{color:var(--ink);background:var(--paper);font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;
 font-variant-numeric:tabular-nums;padding:12px 16px;box-sizing:border-box}
.ra *{box-sizing:border-box}
.ra h1{font-size:14px;font-weight:600;margin:0}
.ra h2{font-size:14px;font-weight:600;margin:20px 0 6px}
.ra p{margin:4px 0}
.ra .big{font-size:28px;font-weight:600;line-height:1.15}
.ra .small{font-size:12px}
.ra .quiet{color:var(--quiet)}
.ra .person{color:var(--person)}
.ra .broken{color:var(--broken)}
.ra .head{display:flex;flex-wrap:wrap;gap:2px 16px;align-items:baseline;justify-content:space-between;margin-bottom:8px}
.ra .note{background:var(--raised);border-left:3px solid var(--grey);padding:6px 10px;margin:8px 0}
.ra .note.person{border-color:var(--person);color:var(--ink);background:var(--person-soft)}
.ra .note.broken{border-color:var(--broken);color:var(--ink);background:var(--broken-soft)}
.ra table{border-collapse:collapse;width:100%}
.ra th{font-size:12px;font-weight:600;color:var(--quiet);text-align:left;vertical-align:bottom;padding:2px 12px 2px 0;
 border-bottom:1px solid var(--line)}
.ra td{padding:3px 12px 3px 0;border-bottom:1px solid var(--line);vertical-align:top}
.ra th.n,.ra td.n{text-align:right;white-space:nowrap}
.ra th:last-child,.ra td:last-child{padding-right:0}
.ra .wide{overflow-x:auto}
.ra a,.ra .link{color:var(--link);text-decoration:underline;background:none;border:0;padding:0;font:inherit;
 cursor:pointer;text-align:left}
.ra .btn{color:var(--link);background:var(--paper);border:1px solid var(--link);border-radius:4px;padding:2px 10px;
 font:inherit;cursor:pointer}
.ra .btn[aria-pressed=true]{background:var(--link);color:var(--paper)}
.ra input,.ra select{font:inherit;color:var(--ink);background:var(--paper);border:1px solid var(--grey);
 border-radius:4px;padding:2px 6px;max-width:100%}
.ra .row{display:flex;flex-wrap:wrap;gap:6px 10px;align-items:center}
.ra summary{min-height:24px;cursor:pointer}
.ra td details{display:inline-block;vertical-align:top;margin-left:8px;min-width:70px}
.ra :focus-visible{outline:2px solid var(--link);outline-offset:2px}
cwdb-action{display:none}
.ra svg{display:block;max-width:100%;height:auto}
.ra svg.inline{display:inline;vertical-align:middle}
.ra svg text{font-size:12px;fill:var(--ink)}
.ra svg .quiet{fill:var(--quiet)}
.ra .row+.wide,.ra .row+svg,.ra form+*{margin-top:8px}
.ra .swatch{display:inline-block;width:10px;height:10px;margin-right:6px;border-radius:2px;vertical-align:-1px}
.ra code{font:12px/1.5 ui-monospace,Menlo,Consolas,monospace;background:var(--raised);padding:1px 5px;border-radius:3px;
 overflow-wrap:anywhere}
.ra .whole{white-space:nowrap}
.ra .inner{padding-left:14px}
.ra .incident{display:grid;grid-template-columns:72px minmax(0,1fr) 200px;gap:4px 16px;padding:12px 0;
 border-top:1px solid var(--line)}
.ra .incident.narrow{grid-template-columns:minmax(0,1fr)}
.ra h3{font-size:14px;font-weight:600;margin:0}
.ra svg .halo{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}
.ra .over{position:relative;max-width:none}
.ra .over svg{max-width:none}
.ra .spot{position:absolute;background:none;border:0;padding:0;margin:0;cursor:pointer;border-radius:5px}
.ra dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 12px;margin:4px 0}
.ra dd{margin:0}
.ra .wall{display:grid;grid-template-columns:repeat(6,minmax(0,1fr));gap:4vh 3vw;font-size:1.9vw;margin-top:2vh}
.ra .wall>*{grid-column:span 2}
.ra .wall .pair{grid-column:span 3;display:grid;grid-template-columns:1fr 1fr;gap:0 2vw}
.ra .wall h2{font-size:2.2vw;margin:0;grid-column:1/-1}
.ra .wall p{color:var(--quiet)}
.ra:has(.wall) .head *,.ra:has(.wall) .note{font-size:1.4vw}
.ra .wall .figure{font-size:8.4vw;font-weight:600;line-height:1.1;white-space:nowrap}
.ra .wall .figure .link{color:inherit;text-decoration:none}
.ra .wall .pair .figure{font-size:5vw}
.ra .wall .no-print{grid-column:1/-1;font-size:14px}
@media (max-width:900px){.ra .wall>*,.ra .wall .pair{grid-column:1/-1}.ra .wall,.ra .wall h2{font-size:16px}
.ra .wall .figure,.ra .wall .pair .figure{font-size:36px}
.ra:has(.wall) .head *,.ra:has(.wall) .note{font-size:14px}}
.ra .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:10px 20px;margin:8px 0}
"""

_PRINTED = """
.ra .no-print,.ra .spot{display:none}
.ra .wide{overflow:visible}
.ra .over,.ra .over svg{width:100%!important;max-width:100%}
.ra .one-page{zoom:.7}
"""
"""Paper does not scroll: what is wide becomes as narrow as the page, and what is to be one page becomes smaller."""
