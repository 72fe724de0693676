"""`plainsheet explain --closed-form` and `--latex`: the form, what its names mean, and LaTeX that is whole."""

from __future__ import annotations

from pathlib import Path

from click.testing import Result

from tests.command_line import run
from tests.toys.bicycles import RENTAL
from tests.toys.debt import HEAD, chain, quantity


def is_balanced(latex: str) -> bool:
    """Return whether braces, brackets that grow, and environments close in order."""
    open_: list[str] = []
    at = 0
    while at < len(latex):
        if latex.startswith(r"\left", at) and not latex.startswith(r"\leftarrow", at):
            open_.append("left")
        elif latex.startswith(r"\right", at) and (not open_ or open_.pop() != "left"):
            return False
        elif latex[at] == "\\":
            at += 1
        elif latex[at] == "{":
            open_.append("{")
        elif latex[at] == "}" and (not open_ or open_.pop() != "{"):
            return False
        at += 1
    return not open_


def explained(tmp_path: Path, text: str, *arguments: str) -> Result:
    path = tmp_path / "rental.toml"
    path.write_text(text)
    return run("explain", *arguments, "-m", path)


def test_latex_is_balanced_and_underscores_are_escaped(tmp_path: Path) -> None:
    latex = explained(tmp_path, RENTAL, "bonus", "--latex").stdout
    assert latex.startswith(r"\mathrm{bonus} = ")
    assert r"\mathrm{bonus\_share}" in latex
    assert is_balanced(latex)
    forms = [
        "max(x, 0) / (1 + exp(-x)) ** 2",
        "(x if x > 1 else -x) * sqrt(abs(x))",
        "round(x / 3, 1) + floor(x) * ceil(x)",
        "log10(x) + log2(x)",
    ]
    for form in forms:
        latex = explained(tmp_path, HEAD + quantity("x", "3") + quantity("y", form), "y", "--latex").stdout
        assert is_balanced(latex), latex


def test_names_of_members_are_escaped_in_latex(tmp_path: Path) -> None:
    members = "[dimensions.kind]\nmembers = ['a_b', '50% & #1', '$x {', 'x^2 ~']\n"
    text = HEAD + members + quantity("p", "[1, 2, 3, 4]", more='over = "kind"') + quantity("t", "sum(p)")
    latex = explained(tmp_path, text, "t", "--latex").stdout
    assert is_balanced(latex), latex
    for sign in "$^~&%#":
        assert all(latex[place - 1] == "\\" for place, one in enumerate(latex) if one == sign), latex


def test_the_command_prints_the_form_and_what_its_names_mean(tmp_path: Path) -> None:
    out = explained(tmp_path, RENTAL, "total", "--closed-form").stdout
    assert out.startswith("total = ")
    assert "demand = 70 percent  (as a fraction)" in out
    stops = explained(tmp_path, chain(30), "q_29", "--closed-form").stdout
    assert "it is long, and stops at q_" in stops
    assert explained(tmp_path, RENTAL, "profit", "--closed-form").exit_code == 1
    assert explained(tmp_path, RENTAL, "nothing", "--latex").exit_code == 1
