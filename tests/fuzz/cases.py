"""What a seed stands for: the files of a case, and the command that is to survive them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache
from io import BytesIO, StringIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

import pandas as pd

from engine.data.folder import Kept
from engine.model.load import loads
from engine.planning.planner import plan
from exports.files.starter import STARTER
from exports.workbook.xlsx import workbook
from plainsheet.commands import main
from tests.fuzz.mutants import edit_workbook, mutate_text, mutate_workbook, odd_text
from tests.places import ROOT
from tests.toys import power, random_draws
from tests.toys.bakery import BAKERY, CHARTS, MORE, declared
from tests.toys.lemonade import TOY
from tests.toys.lottery import TEXT as LOTTERY
from tests.toys.orchard import ORCHARD, TOTAL
from tests.toys.random_workbooks import TEXTS

# The rules that the workbooks of random models may break.
_KNOWN: Final = frozenset({"errors", "length"})
# Small ones, so that a minute is many cases.
_MODELS: Final = tuple(sorted([*(ROOT / "models").glob("*.toml"), *(ROOT / "tests" / "problems").glob("*.toml")]))
_EXPORTED: Final = {
    "starter": STARTER,
    "lemonade": TOY,
    "bakery": BAKERY + MORE + declared(CHARTS),
    "orchard": ORCHARD + TOTAL,
    "lottery": LOTTERY,
}


@dataclass(frozen=True, slots=True)
class Case:
    """A command line, and the files that it is about."""

    arguments: tuple[str, ...]
    files: dict[str, bytes]

    def write(self, folder: Path) -> None:
        """Write the files where the command is to be run."""
        for name, content in self.files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)

    def run(self) -> int:
        """Run the command in this process, and return its exit status."""
        try:
            main(list(self.arguments), prog_name="plainsheet")
        except SystemExit as ended:
            return ended.code if isinstance(ended.code, int) else 1
        return 0


class Held(Case):
    """A model whose workbook is to break no rule of `lint`, but for what is known of random ones.

    Their formulas may be a few letters too long, and a derivative without a value is an error on Sensitivity.
    """

    def run(self) -> int:
        """Export the model, and return the status; raise BrokenRuleError where lint finds anything else."""
        status = Case(("export", "m.toml", "--xlsx", "m.xlsx"), {}).run()
        if status != 0:
            return status
        with redirect_stdout(StringIO()) as told:
            status = Case((*self.arguments, "--json"), {}).run()
        broken = [rule["id"] for rule in json.loads(told.getvalue())["rules"] if not rule["holds"]]
        if unknown := [id_ for id_ in broken if id_ not in _KNOWN]:
            raise BrokenRuleError(unknown)
        return status


class BrokenRuleError(AssertionError):
    """A workbook of ours breaks a rule, which the output names."""


def of_random_models(random: Random) -> Case:
    """Return a random model, and the command that holds its workbook against the rules."""
    kind = random.choice(("draws", "rigs", "scalars"))
    return Held(("lint", "m.xlsx"), {"m.toml": TEXTS[kind](random.randrange(10**6)).encode()})


def of_workbooks(random: Random) -> Case:
    """Return a workbook of ours with a part that is not as it was, for each command that reads one."""
    model = random.choice(sorted(_EXPORTED))
    files = {"m.toml": _text(model), "m.xlsx": mutate_workbook(random, _workbook(model))}
    commands = (["lint", "m.xlsx"], ["import", "m.xlsx", "-m", "m.toml"], ["textconv", "m.xlsx"],
                ["diff", "m.toml", "m.xlsx"])  # fmt: skip
    return Case(tuple(random.choice(commands)), files)


def of_models(random: Random) -> Case:
    """Return a model with a text that is not as it was, for each command that reads one."""
    text, other = (_any_model(random) for _ in range(2))
    files = {"m.toml": mutate_text(random, text, other).encode("utf-8", "surrogateescape")}
    commands = (["check"], ["check", "--json"], ["solve"], ["format"], ["export", "--xlsx"], ["graph"], ["explain"],
                ["sensitivity"], ["simulate", "--samples", "1024"],
                ["simulate", "--samples", "1024", "--drivers", "--decisions"])  # fmt: skip
    command, *options = random.choice(commands)
    return Case((command, "m.toml", *options) if command not in {"explain", "sensitivity"} else
                (command, random.choice(_ids(text)), "-m", "m.toml"), files)  # fmt: skip


def of_data(random: Random) -> Case:
    """Return a model with a data file that is not as it was, for each command that reads one."""
    files = dict(_data_model())
    kind = random.choice(("csv", "csv", "xlsx", "parquet"))
    name = f"data/prices.{kind}"
    if kind == "xlsx":
        files[name] = mutate_workbook(random, files[name])
    elif kind == "csv":
        text, other = files[name].decode(), files["data/sites.csv"].decode()
        files[name] = mutate_text(random, text, other).encode("utf-8", "surrogateescape")
    else:
        raw = bytearray(files[name])
        for _ in range(random.choice((1, 1, 4, 64))):
            raw[random.randrange(len(raw))] = random.randrange(256)
        files[name] = bytes(raw)[: random.choice((len(raw), len(raw), random.randrange(len(raw))))]
    files["m.toml"] = files["m.toml"].replace(b"prices.csv", f"prices.{kind}".encode())
    commands = (["check"], ["solve"], ["data"], ["data", "--update"], ["export", "--csv"], ["import", "m.xlsx", "-m"])
    command, *options = random.choice(commands)
    return Case((command, *options, "m.toml"), {**files, "m.xlsx": _data_workbook()})


@cache
def _data_model() -> dict[str, bytes]:
    """Return a small model without hashes, and its data in every form."""
    rows = [line.split(",") for line in power.PRICES.splitlines()]
    frame = pd.DataFrame([[a, int(b), float(c)] for a, b, c in rows[1:]], columns=["region", "year", "price"])
    written = {"xlsx": BytesIO(), "parquet": BytesIO()}
    frame.to_excel(written["xlsx"], index=False)
    frame.to_parquet(written["parquet"])
    text = re.sub(r'sha256 *= "[^"]*"\n', "", power.MODEL).format()
    return {"m.toml": text.encode(), "data/prices.csv": power.PRICES.encode(), "data/sites.csv": power.SITES.encode(),
            **{f"data/prices.{kind}": content.getvalue() for kind, content in written.items()}}  # fmt: skip


@cache
def _data_workbook() -> bytes:
    files = _data_model()
    return workbook(plan(loads(files["m.toml"].decode(), "m.toml", files=Kept(files))))


def _any_model(random: Random) -> str:
    """Return the text of a model that is there, or of a random one whose inputs are drawn."""
    if random.randrange(3):
        return random.choice(_MODELS).read_bytes().decode("utf-8", "surrogateescape")
    return random_draws.text(random.randrange(10**6))


def of_edits(random: Random) -> Case:
    """Return a change that somebody makes: in a workbook that comes back, or on the command line."""
    model = random.choice(sorted(_EXPORTED))
    files = {"m.toml": _text(model)}
    if random.randrange(3):
        return Case(("import", "m.xlsx", "-m", "m.toml"), files | {"m.xlsx": edit_workbook(random, _workbook(model))})
    name = random.choice(_ids(files["m.toml"].decode()))
    text = odd_text(random).replace("\x00", "")
    commands = (("solve", "m.toml", "--set", f"{name}={text}"), ("solve", "m.toml", "--set", f"{name}[{text}]=1"),
                ("goal", f"{name}={text}", "--by", name, "-m", "m.toml"), ("solve", "m.toml", "-s", text),
                ("simulate", "m.toml", "--samples", "1024", "--target", f"{name} {random.choice(['<=', '==', text])} {text}"))  # fmt: skip
    return Case(random.choice(commands), files)


def warm_up() -> None:
    """Run each command on what is right, so that a case costs what it costs, and no import."""
    with TemporaryDirectory() as folder, redirect_stdout(StringIO()):
        model, book, drawn = (str(Path(folder, name)) for name in ("m.toml", "m.xlsx", "drawn.toml"))
        Path(model).write_bytes(_text("starter"))
        Path(drawn).write_bytes(_text("lottery"))
        Path(book).write_bytes(_workbook("starter"))
        for command in (["check", model], ["solve", model], ["graph", model], ["explain", "rent", "-m", model], ["lint", book],
                        ["import", book, "-m", model], ["textconv", book], ["diff", model, book], ["format", model],
                        ["goal", "rent=1000", "--by", "price", "-m", model], ["sensitivity", "rent", "-m", model], ["data", model]):  # fmt: skip
            if Case(tuple(command), {}).run() != 0:
                message = f"{command[0]} does not do what it is for"
                raise RuntimeError(message)


KINDS: Final[dict[str, Callable[[Random], Case]]] = {
    "workbooks": of_workbooks,
    "models": of_models,
    "edits": of_edits,
    "lint": of_random_models,
    "data": of_data,
}


def _ids(text: str) -> list[str]:
    names = [line.strip("[]\n").rpartition(".")[2] for line in text.splitlines() if line.startswith("[")]
    return sorted(set(names)) or ["x"]


def _text(model: str) -> bytes:
    return _EXPORTED[model].encode()


@cache
def _workbook(model: str) -> bytes:
    with TemporaryDirectory() as folder:
        source, target = Path(folder, "m.toml"), Path(folder, "m.xlsx")
        source.write_bytes(_text(model))
        with redirect_stdout(StringIO()):
            Case(("export", str(source), "--xlsx", str(target), "--trials", "128"), {}).run()
        return target.read_bytes()
