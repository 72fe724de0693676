"""The models of a pull request: which there are, whether each holds, and what changed in it since a commit."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from engine.model.load import load
from engine.model.model import Model
from engine.problems import Mistake, ModelError, errors_in, printable, render
from engine.text.toml import most_bytes
from exports.files.git import (
    Kept,
    RevisionFiles,
    commit,
    content,
    list_files,
    list_kept,
    list_moves,
    prefix,
)
from exports.results.checked import Checked, check_file
from exports.review.markdown import as_markdown
from exports.review.pull_request.chosen import choose
from exports.review.pull_request.comment import Section, as_block, as_code, as_comment
from exports.review.pull_request.pages import write_pages
from exports.review.review import review_versions
from exports.review.revisions import read_kept
from exports.review.versions import Version
from exports.style.words import counted, plural

# In which order it is told: what is cut from a comment that is too long shall be the least.
_NOTE, _BROKEN, _GONE, _CHANGED, _NEW = range(5)


@dataclass(frozen=True, slots=True)
class Report:
    """A review of all models: its text, whether there is anything to say, and whether all of it holds."""

    text: str
    is_quiet: bool
    holds: bool


def review_models(asked: str, base: str, pages: Path | None = None) -> Report:
    """Return the review of the models that are asked for, against a revision; Mistake outside of a repository.

    Where a folder for `pages` is given, those of what changed or is new are written into it. Nothing that a pull
    request brings keeps a model out of it: what cannot be reviewed is said, and does not hold.
    """
    here = Path.cwd()
    old = commit(here, base) if base else None
    before = list_kept(here, old) if old else {}
    moves = list_moves(here, old, "HEAD") if old else {}
    chosen = choose(asked, list_files(here), before)
    found = _Findings(base, old, before, moves, pages)
    if old is None:
        text = f"Only checked: {as_code(base)} is not in this clone. `fetch-depth: 0` of actions/checkout brings it."
        found.tell(_NOTE, "Nothing to compare with", text)
    for word in chosen.missing:
        text = f"No file in the repository has the name {as_code(word)}."
        found.tell(_BROKEN, f"{as_code(word)} is not there", text, "missing")
    for name in chosen.here:
        found.look_at(name)
    for name in chosen.gone:
        if name not in found.sources:
            found.tell(_GONE, f"{as_code(name)} was taken away", found.whereabouts(name), "gone")
    return found.report(len(chosen.here))


class _Findings:
    """What is told of the models, one after the other."""

    def __init__(
        self, base: str, old: str | None, before: dict[str, Kept], moves: dict[str, str], pages: Path | None
    ) -> None:
        self._base = base
        self._before = before
        self._moves = moves
        self._pages = pages
        self._old = old
        self._top = prefix(Path.cwd()) if old else ""
        self._sections: list[Section] = []
        self._count: Counter[str] = Counter()
        # What reviewed models were called before.
        self.sources: set[str] = set()

    def tell(self, gravity: int, title: str, text: str, kind: str = "") -> None:
        """Add a section, and count it."""
        self._sections.append(Section(gravity, title, text))
        self._count[kind] += 1

    def look_at(self, name: str) -> None:
        """Check a model, and tell what changed in it."""
        title = as_code(name)
        if Path(name).is_symlink():
            text = "It is a link, whose target a review does not show. Name the file itself, or keep a copy."
            self.tell(_BROKEN, f"{title} does not hold", text, "broken")
            return
        try:
            checked = check_file(Path(name))
        except Exception as trouble:  # noqa: BLE001  # one model keeps no other from being reviewed, and does not pass
            self.tell(_BROKEN, f"{title} does not hold", as_block(_failure(trouble)), "broken")
            checked = Checked(())
        else:
            if errors_in(checked.problems):
                self.tell(_BROKEN, f"{title} does not hold", as_block(render(checked.problems)), "broken")
        source = self._source(name)
        if source is not None:
            self._compare(name, source)
        elif self._old:
            self._count["new"] += not checked.told
            self._show(name, None)
            if checked.told:
                told = "\n".join([*filter(None, [render(checked.problems)]), checked.told])
                self.tell(_NEW, f"{title} is new", as_block(told), "new")

    def _source(self, name: str) -> str | None:
        """Return what a model was called before; None where it is new."""
        moved = self._moves.get(name)
        for source in (name, moved):
            if source is not None and source in self._before and self._before[source].is_regular:
                return source
        return None

    def _compare(self, name: str, source: str) -> None:
        self.sources.add(source)
        try:
            was = content(Path.cwd(), self._before[source].blob, most_bytes()) or b""
            is_same = name == source and _lines(was) == _lines(Path(name).read_bytes())
            if is_same and b"[data." not in was:
                return
            files = RevisionFiles(Path.cwd(), self._old or self._base, str(PurePosixPath(self._top, source).parent))
            old = read_kept(was, self._base, source, files)
            new = load(Path(name), old)
            if is_same and [one.hash for one in old.data] == [one.hash for one in new.data]:
                return
            text = as_markdown(review_versions(Version(old.document.name, old), Version(name, new), None))
            self._show(name, old)
        except Exception as trouble:  # noqa: BLE001  # as above: a review that cannot be made says why
            text = as_block(_failure(trouble))
        if name != source:
            text = f"{text.rstrip()}\n\nIt was {as_code(source)} before.\n"
        self.tell(_CHANGED, as_code(name), text, "changed")

    def _show(self, name: str, old: Model | None) -> None:
        """Write the pages of a model; a review is none the worse where there can be none."""
        if self._pages is not None:
            with suppress(ModelError, OSError):
                write_pages(self._pages, name, old, load(Path(name)))

    def whereabouts(self, name: str) -> str:
        """Return what became of a model that was there."""
        places = [new for new, old in self._moves.items() if old == name and new not in self._before]
        return f"It is {as_code(places[0])} now, which nothing here checks." if places else "The change deletes it."

    def report(self, models: int) -> Report:
        """Return all of it, below a line that counts."""
        count = self._count
        broken = count["broken"]
        holding = f"{models - broken} {plural(models - broken, 'holds', 'hold')}"
        told = [holding if broken else "all hold"] if models else []
        told += [f"{broken} {plural(broken, 'fails', 'fail')}"] if broken else []
        told += [f"{count['changed']} changed" if count["changed"] else "none changed"] if self._old else []
        told += [f"{count['new']} {plural(count['new'], 'is', 'are')} new"] if count["new"] else []
        told += [f"{count['gone']} {plural(count['gone'], 'was', 'were')} taken away"] if count["gone"] else []
        told += [f"{counted(count['missing'], 'name')} without a file"] if count["missing"] else []
        head = f"Checked {counted(models, 'model')}: {', '.join(told)}."
        text = as_comment(head, self._sections)
        return Report(text, is_quiet=not self._sections, holds=not (broken or count["missing"]))


def _lines(text: bytes) -> bytes:
    return text.replace(b"\r\n", b"\n")


def _failure(trouble: Exception) -> str:
    """Return why a model could not be looked at."""
    if isinstance(trouble, ModelError):
        return render(trouble.problems)
    if isinstance(trouble, Mistake):
        return "\n  hint: ".join(filter(None, (trouble.message, trouble.hint)))
    if isinstance(trouble, OSError):
        return printable(trouble.strerror or str(trouble))
    if isinstance(trouble, MemoryError):
        return "the model is too large for the memory of this machine"
    return f"plainsheet itself failed at it ({type(trouble).__name__}): report that, please"
