"""x."""

from plainsheet.editor.document import Document


def hover(document: Document, place: int) -> object:
    return None
