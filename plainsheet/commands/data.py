"""The data files of a model: how they stand to their hashes, and new hashes written into the text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from exports.files.atomic import replace_text
from exports.files.locate import find_model
from plainsheet.commands.arguments import ModelCommand
from plainsheet.commands.options import json_option, model_argument, print_json, say, say_finished

_SHORT = 12


@click.command(cls=ModelCommand, epilog="Example: plainsheet data models/sora.toml --update")
@model_argument
@click.option("--update", is_flag=True, help="Write the hashes of the files as they are, after showing what changed.")
@json_option
def data(model_argument: Path | None, model: Path | None, *, update: bool, as_json_text: bool) -> None:
    """Show the data files of a model: their hashes, what uses them, and what changed since these were written.

    The exit status is 1 where a file is not the one that the model was written for.
    """
    from engine.model.load import load  # noqa: PLC0415  # as below
    from exports.review import report  # noqa: PLC0415  # numpy takes a tenth of a second
    from exports.review.data.update import FileState, find_update  # noqa: PLC0415  # as above

    def record(one: FileState) -> dict[str, Any]:
        table = one.file.table
        return {"id": one.file.id, "file": one.file.file, "state": one.state, "sha256": one.file.hash,
                "declared": one.file.declared, "rows": None if table is None else table.rows,
                "columns": [] if table is None else [column.heading for column in table.columns],
                "users": list(one.users)}  # fmt: skip

    source = find_model(model_argument, model)
    say_finished(source)
    found = find_update(load(source))
    if as_json_text:
        changes = None if found.review is None else report.record(found.review)
        print_json({"files": [record(one) for one in found.files], "changes": changes})
    else:
        for one in found.files:
            rows = "" if one.file.table is None else f", {one.file.table.rows:,} rows"
            users = ", ".join(one.users) or "nothing"
            say(f"{one.file.file}: {one.state} ({one.file.hash[:_SHORT]}{rows}), for {users}")
        if not found.files:
            say(f"{source}: no data files")
        for name in found.lost:
            say(f"{name}: what changed is not known, since the bytes with its hash are in no commit")
        if found.review is not None:
            click.echo(f"\n{report.as_text(found.review, every=False)}")
    if update and found.text != found.before:
        replace_text(source, found.before, found.text)
        count = sum(one.state != "as hashed" for one in found.files)
        say(f"{source}: {count} {'hash' if count == 1 else 'hashes'} written", err=as_json_text)
    elif update:
        say(f"{source}: the hashes are those of the files", err=as_json_text)
    sys.exit(1 if not update and any(one.state == "changed" for one in found.files) else 0)
