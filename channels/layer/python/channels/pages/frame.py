"""The frame of each page: one style, one small script, and the headers that keep both from anybody else.

A page works without script, and reads itself again every half minute where it lives. With script, a living part asks
for itself every five seconds and is sent again only where it changed.
"""

import base64
from collections.abc import Mapping
from hashlib import sha256

import htpy as h
from markupsafe import Markup

from record.words import Language, Words

Node = h.Node

STYLE = """
:root{--ink:#16191f;--quiet:#545b64;--paper:#fff;--raised:#f4f6f8;--line:#c6cdd4;--link:#0b5cad;--person:#ad5600;--soft:#ffe3c2;--broken:#8f1d4f;--broken-soft:#f7d9e6}
@media (prefers-color-scheme:dark){:root{--ink:#e9edf1;--quiet:#a9b4be;--paper:#0f1b2a;--raised:#182636;--line:#3a4b5c;--link:#89bdf0;--person:#ffb057;--soft:#4a3010;--broken:#ff9cc4;--broken-soft:#4a1830}}
*{box-sizing:border-box}
body{margin:0;color:var(--ink);background:var(--paper);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;font-variant-numeric:tabular-nums}
header,main,footer{max-width:62rem;margin:0 auto;padding:12px 16px}
header{display:flex;flex-wrap:wrap;gap:4px 16px;align-items:baseline;justify-content:space-between;border-bottom:1px solid var(--line)}
footer{border-top:1px solid var(--line);font-size:14px;color:var(--quiet);display:flex;flex-wrap:wrap;gap:4px 20px}
h1{font-size:18px;margin:0}h2{font-size:18px;margin:28px 0 6px}h3{font-size:16px;margin:16px 0 4px}
p{margin:6px 0}a{color:var(--link)}
.big{font-size:22px;line-height:1.4;margin:12px 0}
.quiet{color:var(--quiet)}.small{font-size:14px}
.note{background:var(--raised);border-left:4px solid var(--line);padding:8px 12px;margin:12px 0}
.note.person{background:var(--soft);border-color:var(--person)}.note.broken{background:var(--broken-soft);border-color:var(--broken)}
label{display:block;margin:10px 0 2px}
input,select,textarea{font:inherit;color:var(--ink);background:var(--paper);border:1px solid var(--quiet);border-radius:4px;padding:6px 8px;width:100%;max-width:24rem}
button,.btn{font:inherit;color:var(--paper);background:var(--link);border:1px solid var(--link);border-radius:4px;padding:8px 16px;min-height:44px;margin:10px 8px 0 0;cursor:pointer}
button.other{color:var(--link);background:var(--paper)}
details{border:1px solid var(--line);border-radius:6px;padding:0 14px;margin:10px 0}
details[open]{padding-bottom:14px}
summary{cursor:pointer;min-height:44px;padding:10px 0;font-weight:600}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:6px 12px 6px 0;border-bottom:1px solid var(--line)}
th{font-size:14px;color:var(--quiet);font-weight:600}.n{text-align:right;white-space:nowrap}
.wide{overflow-x:auto}
dl{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:4px 16px;margin:8px 0}dd{margin:0}
.row{display:flex;flex-wrap:wrap;gap:0 12px;align-items:end}.row>*{flex:0 1 auto}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-9999px}.skip:focus{left:8px;top:8px;background:var(--paper);padding:8px}
@media (max-width:30rem){dl{grid-template-columns:1fr}dt{color:var(--quiet)}}
@media print{form,.no-print{display:none}}
"""
SCRIPT = """
const live=document.querySelector('[data-live]');
if(live){let tag='';setInterval(async()=>{try{
 if(document.hidden)return;
 const r=await fetch(live.dataset.live,{headers:tag?{'If-None-Match':tag}:{},cache:'no-store'});
 if(r.status===200){tag=r.headers.get('etag')||'';live.innerHTML=await r.text()}
 else if(r.status!==304)location.reload()
}catch{}},5000)}
"""


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(sha256(text.encode()).digest()).decode() + "'"


HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src {_hash(STYLE)}; script-src {_hash(SCRIPT)}; connect-src 'self';"
        " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""Of each page: nobody frames it, nothing of another origin runs in it, its address goes nowhere."""


def page(  # noqa: PLR0913 - the parts of a page, by name
    say: Words,
    title: str,
    body: Node,
    *,
    site: str,
    corner: Node = None,
    footer: Node = None,
    lives: bool = False,
) -> str:
    """A whole page.

    Parameters
    ----------
    site
        What the site is called, beside the title.
    corner
        What stands at the right of the head, such as a button to leave.
    lives
        Whether it changes by itself; without script it is read again every half minute.
    """
    # Our own style and script are the only text that is not escaped.
    head = h.head[
        h.meta(charset="utf-8"),
        h.meta(name="viewport", content="width=device-width,initial-scale=1"),
        h.meta(name="robots", content="noindex"),
        h.title[f"{title} – {site}" if title != site else site],
        h.noscript[h.meta(http_equiv="refresh", content="30")] if lives else None,
        h.style[Markup(STYLE)],  # noqa: S704
    ]
    return str(
        h.html(lang=say.language.value)[
            head,
            h.body[
                h.a(".skip", href="#content")[say("skip")],
                h.header[h.h1[site], h.div(".row")[corner, _other_language(say)]],
                h.main("#content")[body],
                h.footer[footer],
                h.script[Markup(SCRIPT)] if lives else None,  # noqa: S704
            ],
        ]
    )


def _other_language(say: Words) -> Node:
    other = Language.ENGLISH if say.language is Language.FRENCH else Language.FRENCH
    return h.a(".small", href=f"?lang={other.value}", hreflang=other.value, lang=other.value)[say("other_language")]


def field(form: str, name: str, label: str, *, hint: str = "", **attributes: str | bool | None) -> Node:
    """A labelled input of a form."""
    this = f"{form}-{name}"
    return h.fragment[
        h.label(for_=this)[label],
        h.div(".quiet.small", id=f"{this}-hint")[hint] if hint else None,
        h.input(id=this, name=name, aria_describedby=f"{this}-hint" if hint else None, **attributes),
    ]


def choice(form: str, name: str, label: str, options: Mapping[str, str]) -> Node:
    """A labelled menu of a form; ``options`` are the values with their texts."""
    return h.fragment[
        h.label(for_=f"{form}-{name}")[label],
        h.select(id=f"{form}-{name}", name=name, required=True)[
            (h.option(value=value)[text] for value, text in options.items())
        ],
    ]


def long_text(form: str, name: str, label: str, *, required: bool = False) -> Node:
    return h.fragment[
        h.label(for_=f"{form}-{name}")[label],
        h.textarea(id=f"{form}-{name}", name=name, rows="3", maxlength="500", required=required),
    ]


def note(text: Node, kind: str = "") -> Node:
    """Something to read first; ``kind`` is person or broken."""
    return h.p(class_=f"note {kind}".strip(), role="status")[text]
