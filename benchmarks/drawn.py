"""A model of 20 drawn inputs and 30 formulas: simulated, by hand in numpy, and its drivers beside SALib's."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import qmc

from engine.model.load import load, loads
from engine.plan.cells import Cell
from engine.plan.plan import Plan
from engine.planning.planner import plan
from engine.uncertainty.drivers.indices import drivers
from engine.uncertainty.simulation import simulate

_INPUTS, _FORMULAS = 20, 30
_SHAPES = ("{} * {} + {}", "{} / {} + {}", "({} + {}) / 2 + {}", "({}) ** 0.5 * {} + {}")
_CHUNK = 16_384
_SORA = Path(__file__).parent.parent / "models" / "sora.toml"
_Z95 = float(ndtri(0.95))
Values = NDArray[np.float64]


def formulas() -> list[str]:
    """Return the formulas: each of three of what is before it, and the last of all."""
    names = [f"x{number}" for number in range(_INPUTS)]
    found = []
    for number in range(_FORMULAS - 1):
        # Each stands on what came long before and just before, so that all inputs are used.
        picked = [names[number * step % len(names)] for step in (1, 7, 11)]
        found.append(_SHAPES[number % len(_SHAPES)].format(*picked))
        names.append(f"f{number}")
    return [*found, " + ".join(names[_INPUTS:])]


def model() -> Plan:
    """Return the model as a plan."""
    text = '[model]\ntitle = "Drawn"\noutputs = ["f29"]\n\n[drawn]\n'
    for number in range(_INPUTS):
        keys = f'label = "X{number}", unit = "1", value = 2, range = [1, {3 + number % 4}], distribution = "lognormal"'
        text += f"x{number} = {{ {keys} }}\n"
    for number, formula in enumerate(formulas()):
        text += f'f{number} = {{ label = "F{number}", unit = "1", formula = "{formula}" }}\n'
    return plan(loads(text))


def by_hand(cases: int) -> Callable[[], object]:
    """Return what anybody writes: points, quantiles and formulas in chunks, then the same figures."""
    lines = [f"f{number} = {formula}" for number, formula in enumerate(formulas())]
    inputs = [f"x{number} = x[{number}]" for number in range(_INPUTS)]
    space: dict[str, Callable[[Values], Values]] = {}
    exec("def compute(x):\n " + "\n ".join([*inputs, *lines, "return f29"]), space)  # noqa: S102  # the floor
    ends = [(0.0, math.log(3 + number % 4)) for number in range(_INPUTS)]
    middles = np.array([(low + high) / 2 for low, high in ends])
    widths = np.array([(high - low) / 2 / _Z95 for low, high in ends])

    def run() -> object:
        found = np.empty((16, cases // 16))
        for scramble in range(16):
            sequence = qmc.Sobol(_INPUTS, seed=np.random.default_rng([1, scramble]))
            for first in range(0, cases // 16, _CHUNK):
                points = sequence.random(min(_CHUNK, cases // 16 - first))
                drawn = np.exp(middles + widths * ndtri(points))
                found[scramble, first : first + len(points)] = space["compute"](np.ascontiguousarray(drawn.T))
        shares = (5, 25, 50, 75, 95)
        return [np.percentile(found, shares), [np.percentile(one, shares) for one in found], found.mean(), found.std()]

    return run


def best(works: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the best time of each, in turn, so that whatever else the machine does hits all of them."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            times[name].append(time.perf_counter() - start)
    return {name: min(one) for name, one in times.items()}


def salib(cases: int) -> Callable[[], object]:
    """Return the same indices from SALib: independent inputs, and no Shapley effects; with its own intervals."""
    from SALib.analyze import sobol as analyze  # noqa: PLC0415  # a test's library
    from SALib.sample import sobol as sample  # noqa: PLC0415

    lines = [f"f{number} = {formula}" for number, formula in enumerate(formulas())]
    space: dict[str, Callable[[Values], Values]] = {}
    inputs = [f"x{number} = x[{number}]" for number in range(_INPUTS)]
    exec("def compute(x):\n " + "\n ".join([*inputs, *lines, "return f29"]), space)  # noqa: S102  # the peer's
    problem = {
        "num_vars": _INPUTS,
        "names": [f"x{number}" for number in range(_INPUTS)],
        "bounds": [[math.log(3 + number % 4) / 2, math.log(3 + number % 4) / 2 / _Z95] for number in range(_INPUTS)],
        "dists": ["lognorm"] * _INPUTS,
    }

    def run() -> object:
        x = sample.sample(problem, cases, calc_second_order=False, seed=1)
        return analyze.analyze(problem, space["compute"](x.T), calc_second_order=False, seed=1)

    return run


def drawn_model() -> None:
    """Print ratios and times of simulating a million cases, here and of a model with rows, and of the drivers."""
    planned, cases = model(), 2**20
    sora = plan(load(_SORA))
    every = [Cell(id_) for id_ in sora.model.outputs]
    output = [Cell("f29")]
    simulated = simulate(planned, output)
    times = best({"ours": lambda: simulate(planned, output, samples=cases), "numpy": by_hand(cases)}, 4)
    driven = best({"ours": lambda: drivers(simulated, 8_192), "SALib": salib(8_192)}, 3)
    rows = best(
        {
            "one output": lambda: simulate(sora, every[:1], samples=cases),
            "all outputs": lambda: simulate(sora, every, samples=cases),
        },
        3,
    )
    for name, value in {
        "drawn: simulate / numpy by hand": times["ours"] / times["numpy"],
        "drawn: a million cases, s": times["ours"] / cases * 1e6,
        **{f"sora: a million cases of {name}, s": value / cases * 1e6 for name, value in rows.items()},
        "drawn: drivers / SALib's Sobol'": driven["ours"] / driven["SALib"],
        "drawn: drivers, s": driven["ours"],
    }.items():
        print(f"{name}\t{value:.6g}")
