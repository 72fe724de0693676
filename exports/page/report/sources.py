"""Where the figures come from, and how far each source is trusted."""

from __future__ import annotations

from engine.model.model import Model, Source
from exports.page.texts import link, section, text
from exports.style.words import sentences


def listed(model: Model) -> str:
    """Return the section of sources."""
    items = "".join([_source(source) for source in model.sources])
    return section("sources", "Sources", f"<ol class=sources>\n{items}\n</ol>" if items else "")


def _source(source: Source) -> str:
    confidence = f"{source.confidence} confidence" if source.confidence else ""
    facts = " · ".join([text(one) for one in (source.author, source.date, confidence) if one])
    parts = [
        f"<b>{text(source.title)}</b>",
        f"<span class=facts>{facts}</span>" if facts else "",
        f"<span class=note>{text(sentences([' '.join(source.note.split())]))}</span>" if source.note.strip() else "",
        f"<span class=address>{link(source.url)}</span>" if source.url else "",
    ]
    return f'<li id="s-{text(source.id)}">{" ".join(filter(None, parts))}'
