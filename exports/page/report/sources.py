"""Where the figures come from, and how far each source is trusted."""

from __future__ import annotations

from engine.model.model import Model, Source
from exports.page.texts import link, section, text
from exports.style.words import counted, sentences


def listed(model: Model) -> str:
    """Return the section of sources."""
    uses: dict[str, int] = {}
    for quantity in model.quantities:
        for id_ in {*quantity.every_source, *[one.source for one in quantity.published]}:
            uses[id_] = uses.get(id_, 0) + 1
    items = "".join([_source(source, uses.get(source.id, 0)) for source in model.sources])
    return section("sources", "Sources", f"<ul class=sources>\n{items}\n</ul>" if items else "")


def _source(source: Source, uses: int) -> str:
    confidence = f"{source.confidence} confidence" if source.confidence else ""
    used = f"for {counted(uses, 'quantity', 'quantities')}" if uses else ""
    facts = " · ".join([text(one) for one in (source.author, source.date, confidence, used) if one])
    parts = [
        f"<b>{text(source.title)}</b>",
        f"<span class=facts>{facts}</span>" if facts else "",
        f"<span class=note>{text(sentences([' '.join(source.note.split())]))}</span>" if source.note.strip() else "",
        f"<span class=address>{link(source.url)}</span>" if source.url else "",
    ]
    return f'<li id="source-{text(source.id)}">{" ".join(filter(None, parts))}'
