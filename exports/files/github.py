"""The one door to GitHub: a comment on a pull request that is kept up to date, through its program `gh`."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from engine.problems import Mistake

_PATIENCE: Final = 60
# No person sees it, and the comment is found again by it.
_MARK: Final = "<!-- plainsheet review -->"
# Whoever else begins a comment with the mark could change what it says afterwards.
_COMMENTS: Final = (
    "query($owner: String!, $name: String!, $number: Int!, $endCursor: String) {"
    " repository(owner: $owner, name: $name) { pullRequest(number: $number) {"
    " comments(first: 100, after: $endCursor) {"
    " nodes { databaseId viewerDidAuthor body } pageInfo { hasNextPage endCursor } } } } }"
)
_OURS: Final = (
    ".data.repository.pullRequest.comments.nodes[]"
    f' | select(.viewerDidAuthor and (.body | startswith("{_MARK}"))) | .databaseId'
)


def keep_comment(repository: str, number: str, text: str, environment: dict[str, str], *, is_needed: bool) -> None:
    """Write the comment of a pull request, over the one that is there; where there is none, only if it is needed.

    Raises Mistake where GitHub does not take it.
    """
    owner, _, name = repository.partition("/")
    if not re.fullmatch(r"[0-9]+", number) or not re.fullmatch(r"[\w.-]+/[\w.-]+", repository, re.ASCII):
        message = "the pull request has no number, or its repository no name"
        raise Mistake(message)
    query = ["graphql", "--paginate", "-f", f"owner={owner}", "-f", f"name={name}", "-F", f"number={number}"]
    known = _api(environment, *query, "-f", f"query={_COMMENTS}", "--jq", _OURS).split()
    if not known and not is_needed:
        return
    with TemporaryDirectory() as folder:
        body = Path(folder, "body")
        body.write_text(f"{_MARK}\n{text}", encoding="utf-8")
        if known:
            place = ["--method", "PATCH", f"repos/{repository}/issues/comments/{int(known[0])}"]
        else:
            place = [f"repos/{repository}/issues/{number}/comments"]
        _api(environment, "--silent", *place, "-F", f"body=@{body}")


def _api(environment: dict[str, str], *arguments: str) -> str:
    command = ["gh", "api", *arguments]  # whichever gh is there
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False, env=environment)  # noqa: S603  # arguments of our own
    except (OSError, subprocess.TimeoutExpired):
        done = None
    if done is None or done.returncode != 0:
        message = "the comment could not be written; the summary has it"
        raise Mistake(message, "the permission pull-requests: write, which a fork has not")
    return done.stdout.decode(errors="replace")
