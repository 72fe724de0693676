"""The notebook runs from its first cell to its last, offline, and shows what its text says."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.places import ROOT

PATH = ROOT / "docs" / "notebook.ipynb"


def opened() -> Any:  # noqa: ANN401  # nbformat has no types
    return nbformat.read(PATH, as_version=4)  # type: ignore[no-untyped-call]  # as above


def shown(notebook: Any, kind: str) -> list[str]:  # noqa: ANN401  # as above
    """Return what cells show of a kind, one after the other."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    found = [output.get("data", {}).get(kind) if kind != "stdout" else output.get("text") for output in outputs]
    return [one for one in found if one]


def test_it_is_kept_without_what_it_shows() -> None:
    notebook = opened()
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert all(not cell.outputs and cell.execution_count is None for cell in code)


@pytest.mark.slow
def test_it_runs_and_shows_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    # Nothing is asked of any network: what would be ends in this.
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    notebook = opened()
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(PATH.parent)}}).execute()
    assert len(shown(notebook, "image/png")) == 5
    told = "".join(shown(notebook, "stdout"))
    assert "'B300', which is no member of 'gpu', and none for 'B200'" in told
    assert any("GPU cluster budget" in one for one in shown(notebook, "text/html"))
    assert any("Price in the first year" in one for one in shown(notebook, "text/markdown"))
    (chances,) = [one for one in shown(notebook, "text/plain") if "hour_cost <= 2.2" in one]
    assert "Figure(value=" in chances
