"""A model that passed every check: what is loaded, and what is asked of it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.analysis import verdicts
from engine.analysis.closed_form import ClosedForm
from engine.analysis.goal import Goal
from engine.analysis.published import Figure, figures
from engine.analysis.sensitivity import Sensitivity
from engine.analysis.swings.ranges import SWING
from engine.data.folder import NO_FILES, Folder
from engine.model import load as reading
from engine.model import model as as_written
from engine.plan.batch import evaluate_many
from engine.plan.cells import Cell
from engine.plan.evaluate import Results as Evaluated
from engine.plan.evaluate import evaluate
from engine.plan.outputs import outputs_of
from engine.plan.plan import Array, Plan
from engine.plan.selection import known_case
from engine.planning.planner import plan
from engine.problems import ModelError, Problem, error
from engine.solve import solved_cases, solved_plan
from exports.files.stamp import Stamp
from exports.workbook.layout.uncertainty.outcomes import TRIALS, refused_trials
from exports.writers import WRITERS
from plainsheet import files
from plainsheet.arguments.changes import changes_of, columns_of
from plainsheet.arguments.names import each, named, scenario_of
from plainsheet.arguments.tables import by_name
from plainsheet.display import notebook
from plainsheet.display.tables import Tables
from plainsheet.live import Live
from plainsheet.results import ManyResults, Results
from plainsheet.rewriting import rewritten
from plainsheet.simulation.sharing import sharing

if TYPE_CHECKING:
    import pandas as pd

    from plainsheet.arguments.changes import Changes
    from plainsheet.linting import Lint
    from plainsheet.simulation.simulation import Simulation
    from plainsheet.simulation.sweep import Sweep


@dataclass(frozen=True, eq=False)
class Model(Tables):
    """A model without errors. `plan` is what the engine computes with; `path` the file, None for a text."""

    plan: Plan = field(repr=False)
    path: Path | None = None

    @property
    def written(self) -> as_written.Model:
        """Return frozen records of what the author wrote: `quantities`, `dimensions`, `sources`, `scenarios`, ..."""
        return self.plan.model

    @classmethod
    def from_text(cls, text: str, name: str = "model.toml", *, folder: str | os.PathLike[str] | None = None) -> Model:
        """Return the model in a text: `loads` by another name."""
        return loads(text, name, folder=folder)

    def __dask_tokenize__(self) -> tuple[str, str]:
        """Return what dask knows the model by: all that it is made from, and its name."""
        return self.written.content_hash, self.written.document.name

    @property
    def text(self) -> str:
        """Return the text of the model, as it was read or as `with_` wrote it."""
        return self.written.document.text

    @property
    def title(self) -> str:
        """Return the title."""
        return self.plan.model.title

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Return the ids of the scenarios, in the author's order."""
        return tuple([case.id for case in self.plan.cases])

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Return the doubts about the text; `check` tells those about its numbers too."""
        return self.plan.warnings

    def members(self, name: str) -> list[tuple[str, ...]]:
        """Return the members of a quantity's cells, the last dimension fastest; one empty tuple for a single number."""
        row, _ = named(self.plan, name)
        return self.plan.members(row)

    def cells(self, *outputs: str) -> list[Cell]:
        """Return the cells of quantities by name, of one over dimensions all; without names, the model's outputs."""
        for name in outputs:
            named(self.plan, name)
        return outputs_of(self.plan, outputs)

    def check(self) -> tuple[Problem, ...]:
        """Return every problem that `check` prints: warnings, and in all scenarios figures and checks that fail."""
        try:
            results = solved_plan(self.plan)
        except ModelError as wrong:
            return (*self.warnings, *wrong.problems)
        return (*self.warnings, *verdicts.problems(self.plan, results))

    def figures(self) -> list[Figure]:
        """Return the published figures beside what the model computes, in declared units."""
        return figures(self.plan, solved_cases(self.plan)[0])

    def solve(self, scenario: str | None = None, changes: Changes | None = None) -> Results:
        """Return the results of a scenario, the first if none is named.

        `changes` replaces inputs by name, in their declared units: a number, or for an input over dimensions an array
        of its shape, one number for all members, or a member, ``{"sales[2027]": 3}``; a pint quantity is converted.
        Raises ModelError where a row has no finite value or breaks its bounds, and for a scenario or an input that is
        not there.
        """
        return Results(evaluate(self.plan, scenario_of(self.plan, scenario), changes_of(self.plan, changes)))

    def with_(self, changes: Changes | None = None, /, scenario: str | None = None, **inputs: Any) -> Model:  # noqa: ANN401  # as `changes` has them
        """Return a model with other values written into its text: ``with_({"share[North]": 40}, price=3)``.

        They are given as for `solve`, and written as the text's own values, or into a scenario; what stands in a .csv
        file is changed in memory. Raises ModelError as `solve` does, and where the text leaves no place for a value.
        """
        return Model(rewritten(self.plan, {**by_name(self.plan, changes), **inputs}, scenario))

    def solve_many(
        self, changes: Changes, scenario: str | None = None, outputs: Iterable[str] | None = None
    ) -> ManyResults:
        """Return the results of many cases at once: `changes` gives each input that varies an array, a value a case.

        Arrays have one length; for an input over dimensions an array holds a value a case, or has the input's shape
        behind the axis of cases. Values are in declared units. With `outputs` only what feeds them is computed. A case
        without a value is NaN, and bounds of results are not looked at. Raises ModelError for values out of an input's
        bounds, arrays that do not fit, and names that are not there.
        """
        known_case(self.plan, scenario_of(self.plan, scenario))
        wanted = None if outputs is None else [named(self.plan, name)[0].id for name in each(outputs)]
        columns = columns_of(self.plan, changes)
        try:
            return ManyResults(evaluate_many(self.plan, columns, scenario, wanted))
        except ValueError as wrong:
            raise ModelError([error("value", str(wrong), self.plan.model.at())]) from None

    def simulate(
        self,
        *outputs: str,
        scenario: str | None = None,
        changes: Changes | None = None,
        samples: int | None = None,
        error: float | None = None,
        seed: int = 1,
        targets: Iterable[str] = (),
        given: str | None = None,
        workers: int | None = None,
        on: str | None = None,
    ) -> Simulation:
        """Return how outputs are spread over many cases of the inputs' draws; without names, the model's outputs.

        `samples` is a power of two of at least 1,024, by default 16,384; with `error`, 0.01 for 1 % of P95 - P5, there
        are as many as make every percentile so sure. Targets and `given` are tests such as "rent <= 10 kEUR"; what
        `changes` sets is held. `workers` shares the work among so many processes, `on` among the workers of a dask
        scheduler, "tcp://host:8786"; the result is the same. Raises ModelError where nothing is drawn that an output
        depends on, for a choice among the outputs that are named, and for names, tests and numbers that do not fit.
        """
        from plainsheet.simulation.simulation import simulate  # noqa: PLC0415  # scipy takes half a second

        for name in outputs:
            named(self.plan, name)
        case, values = scenario_of(self.plan, scenario), changes_of(self.plan, changes)
        tests = each(targets), given
        with sharing(workers, on) as shared:
            return simulate(
                self.plan, outputs, case, values, tests=tests, samples=samples, sure=error, seed=seed, workers=shared
            )

    def sweep(
        self,
        *outputs: str,
        over: Changes | None = None,
        cases: Mapping[str, Any] | pd.DataFrame | None = None,
        scenario: str | None = None,
        changes: Changes | None = None,
        workers: int | None = None,
        on: str | None = None,
    ) -> Sweep:
        """Return outputs in many cases, each as `solve` has it; without names, the model's outputs.

        `over` gives inputs, or members of them, the values that they take, and every combination is a case, the last
        input fastest; `cases` gives columns by name, a value a case, also `scenario`. Values are in declared units, and
        a choice's are members. `changes` holds in all cases; `workers` and `on` are as for `simulate`. Raises
        ModelError for values that an input cannot have, and for what does not fit.
        """
        from plainsheet.simulation.sweep import sweep  # noqa: PLC0415  # scipy takes half a second

        for name in outputs:
            named(self.plan, name)
        case, values = scenario_of(self.plan, scenario), changes_of(self.plan, changes)
        with sharing(workers, on) as shared:
            return sweep(self.plan, outputs, case, values, over=over, cases=cases, workers=shared)

    def live(self, scenario: str | None = None, changes: Changes | None = None) -> Live:
        """Return a scenario to edit, one input at a time; ModelError as for `solve`."""
        return Live(self.solve(scenario, changes))

    def gradient(
        self, output: str, scenario: str | None = None, changes: Changes | None = None
    ) -> Mapping[str, float | Array]:
        """Return the derivative of one output by each input: `Results.gradient` of a scenario."""
        return self.solve(scenario, changes).gradient(output)

    def sensitivity(
        self, *outputs: str, swing: float = SWING, scenario: str | None = None, changes: Changes | None = None
    ) -> list[Sensitivity]:
        """Return how much each input matters to each output: `Results.sensitivity` of a scenario."""
        return self.solve(scenario, changes).sensitivity(*outputs, swing=swing)

    def goal(
        self, output: str, target: float, *, by: str, scenario: str | None = None, changes: Changes | None = None
    ) -> Goal:
        """Return the value of an input at which an output is `target`: `Results.goal` of a scenario."""
        return self.solve(scenario, changes).goal(output, target, by=by)

    def closed_form(self, output: str, scenario: str | None = None, changes: Changes | None = None) -> ClosedForm:
        """Return an output as one formula in terms of the inputs: `Results.closed_form` of a scenario."""
        return self.solve(scenario, changes).closed_form(output)

    def export(self, path: str | os.PathLike[str], scenario: str | None = None, *, stamp: bool = False,
               since: str | None = None, trials: int = TRIALS) -> Path:  # fmt: skip
        """Write the model to a file, in the form of its suffix, and return the path.

        The suffix is .xlsx, .ods, .pdf, .json, .csv or .md. The file is written whole or not at all; `scenario` is the
        one that it shows first; `stamp` writes the git revision on a workbook's cover, and `since`, a git revision or a
        file, adds a sheet of what changed since then. A workbook has so many live `trials` of what is drawn: a power of
        two of at least 128, or none for 0. Raises ModelError for another suffix, the model's own file, a
        directory that is not there, a version that is none, a scenario without results, and for .ods and .pdf where
        LibreOffice is missing; OSError where the disk refuses.
        """
        return files.write(self.plan, self.path, path, scenario_of(self.plan, scenario), stamp=stamp, since=since,
                           trials=trials)  # fmt: skip

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the text to a .toml file, whole or not at all, and return the path.

        Files of data are not written. Raises ModelError for another suffix, and where other data stands beside the
        path; OSError where the disk refuses.
        """
        return files.save(self.plan, path)

    def workbook(self, scenario: str | None = None, *, trials: int = TRIALS) -> bytes:
        """Return the bytes of the .xlsx workbook; ModelError as for `export`."""
        known_case(self.plan, scenario_of(self.plan, scenario))
        if message := refused_trials(trials):
            raise ModelError([error("usage", message, self.plan.model.at())])
        return WRITERS["xlsx"].write(self.plan, solved_plan(self.plan), scenario, Stamp(), trials)

    def lint(self) -> Lint:
        """Return what rules of good modelling practice find in the model's own workbook; ModelError as for `export`."""
        from plainsheet.linting import lint_content  # noqa: PLC0415  # openpyxl takes a quarter of a second

        return lint_content(self.workbook(), Path(self.written.document.name).with_suffix(".xlsx").name)

    def _cases(self) -> list[Evaluated]:
        return [evaluate(self.plan, scenario) for scenario in self.scenarios]

    def _repr_html_(self) -> str:
        """Return the outputs of the first scenario as a table, for a notebook."""
        return notebook.model(self.plan)

    def __repr__(self) -> str:
        """Return which model it is."""
        return f"<Model {self.title!r}, {len(self.written.quantities):,} quantities, scenarios {self.scenarios}>"


def load(path: str | os.PathLike[str], *, before: Model | None = None) -> Model:
    """Return the model in a .toml file; raise ModelError with every problem found, each with file and line.

    Of a version `before`, what is declared the same is taken, which makes an edit quick; the result is the same.
    """
    file = Path(path)
    written = reading.load(file, before.written if before else None)
    return Model(plan(written, before.plan if before else None), file.absolute())


def loads(
    text: str, name: str = "model.toml", *, folder: str | os.PathLike[str] | None = None, before: Model | None = None
) -> Model:
    """Return the model in a text, as `load` does; `name` is what problems call it, `folder` where its data is."""
    data = NO_FILES if folder is None else Folder(Path(folder))
    written = reading.loads(text, name, before.written if before else None, data)
    return Model(plan(written, before.plan if before else None))
