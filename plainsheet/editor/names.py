"""x."""

from plainsheet.editor.document import Document


def definition(document: Document, place: int):
    return None


def references(document: Document, place: int, *, with_declaration: bool):
    return None


def highlights(document: Document, place: int):
    return None


def prepare_rename(document: Document, place: int):
    return None


def rename(document: Document, place: int, new: str):
    return None
