"""The file: a report, and what makes it live, packed, under a policy that lets nothing else in."""

from __future__ import annotations

import zlib
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Final

# That of the report, and those of what scripts add to it.
_STYLE: Final = ("page",)
_STYLES_OF_SCRIPTS: Final = ("live", "analysis")


@dataclass(frozen=True, slots=True)
class Served:
    """What a page shows that is made anew as its model is saved: its version, and what is wrong or to be warned of."""

    version: str
    told: str = ""


def document(title: str, body: str, model: str, scripts: list[str], served: Served | None) -> str:
    """Return a page: its body, the model as JSON, and scripts, which share one scope."""
    style, more = _style(_STYLE), _style(_STYLES_OF_SCRIPTS)
    parts = scripts if served is None else [*scripts, script("reload")]
    live = _alone(parts)
    start = _alone([script("inflate"), script("start")])
    asks = "connect-src 'self'; " if served is not None else ""
    policy = (
        f"default-src 'none'; script-src {_hash(start)} {_hash(live)}; style-src {_hash(style)} {_hash(more)}; "
        f"img-src data:; "
        f"{asks}base-uri 'none'; form-action 'none'"
    )
    version = f' data-version="{escape(served.version)}"' if served is not None else ""
    told = (
        f'<pre id="problems" role="alert">{escape(served.told)}</pre>\n' if served is not None and served.told else ""
    )
    return (
        f'<!DOCTYPE html>\n<html lang="en"{version}>\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<link rel="icon" href="data:,">\n<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n'
        f"<body>\n{told}{body}\n{_packed(model, more, live)}\n<script>{start}</script>\n</body>\n</html>\n"
    )


def script(name: str) -> str:
    """Return a script of ours."""
    return _plain(_read(f"scripts/{name}.js"))


def _packed(*parts: str) -> str:
    """Return model, style and script in a third of their size, as letters that no browser takes for anything."""
    content = "\0".join(parts).encode()
    # A stream of deflate alone, without the head and the tail of zlib's own format.
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    letters = b64encode(packer.compress(content) + packer.flush()).decode()
    return f'<script type="text/plain" id="packed" data-size="{len(content)}">{letters}</script>'


def _style(names: tuple[str, ...]) -> str:
    return _plain("".join([_read(f"styles/{name}.css") for name in names]))


def _alone(parts: list[str]) -> str:
    return '(()=>{"use strict";\n' + "".join(parts) + "})();"


def _read(name: str) -> str:
    return (files("exports.page") / name).read_text(encoding="utf-8")


def _plain(text: str) -> str:
    """Return a text of ours without indents, empty lines and lines that are comments."""
    lines = [line.strip() for line in text.splitlines()]
    return "".join([f"{line}\n" for line in lines if line and not line.startswith("//")])


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
