"""Comments on cells are told with who said them, whatever they hold, and never at any length."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO

from openpyxl.comments import Comment

from tests.toys.stall import TEXT, Book, Imported, exported, row, saved

PEOPLE = b"""<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"><person displayName="Bob Ray" id="{1}"/></personList>"""
THREAD = """<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"><threadedComment ref="{cell}" personId="{{1}}" id="{{2}}"><text>Net of tax?</text></threadedComment><threadedComment ref="nowhere" personId="{{1}}"><text>lost</text></threadedComment></ThreadedComments>"""
RELATION = '<Relationship Id="rId{}" Type="http://schemas.microsoft.com/office/2017/10/relationships/{}" Target="{}"/></Relationships>'


def commented(text: str, author: str) -> bytes:
    def comment(book: Book) -> None:
        book["Inputs"][row("price")].comment = Comment(text, author)

    return saved(exported(TEXT), comment)


def told(content: bytes) -> list[str]:
    lines = Imported(content, TEXT, "--check").told.splitlines()
    at = next(number for number, line in enumerate(lines) if line.endswith(("comment", "comments")))
    return lines[at : at + 2]


def test_who_said_what_at_which_quantity() -> None:
    assert told(commented("Ann Lee:\nIs this\nnet?", "Ann Lee")) == [
        "1 comment",
        f"  Inputs!{row('price')}  price, scenario plan  Ann Lee: Is this net?",
    ]


def test_a_comment_is_bounded_and_nothing_in_it_is_obeyed() -> None:
    _, line = told(commented("\u202eevil\u200b " + "x" * 5_000, "A\u0085" + "n" * 100))
    assert line.isprintable()
    assert "\\u202eevil" in line
    assert len(line) < 450
    found = json.loads(Imported(commented("a", "b"), TEXT, "--json", "--check").told)["comments"]
    assert found == [{"cell": f"Inputs!{row('price')}", "about": "price, scenario plan", "author": "b", "text": "a"}]


def test_a_thread_is_told_in_place_of_the_note_for_programs_that_know_none() -> None:
    content, out = commented("[Threaded comment] Your version is too old.", "tc={2}"), BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/_rels/sheet2.xml.rels":
                part = part.replace(b"</Relationships>", RELATION.format(98, "threadedComment", "/xl/threads.xml").encode())  # fmt: skip
            if name == "xl/_rels/workbook.xml.rels":
                part = part.replace(b"</Relationships>", RELATION.format(99, "person", "/xl/people.xml").encode())
            new.writestr(name, part)
        new.writestr("xl/threads.xml", THREAD.format(cell=row("price")))
        new.writestr("xl/people.xml", PEOPLE)
    assert told(out.getvalue()) == ["1 comment", f"  Inputs!{row('price')}  price, scenario plan  Bob Ray: Net of tax?"]
