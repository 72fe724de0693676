"""The flagship: every figure that the article prints, reproduced or disputed with the reason."""

from __future__ import annotations

import pytest

from engine.analysis.published import Figure, figures
from engine.analysis.verdicts import problems
from engine.model.load import loads
from engine.plan.evaluate import evaluate
from engine.plan.plan import Plan
from engine.planning.planner import plan
from tests.exported import planned
from tests.places import ROOT

# The article's figures, as it prints them: quantity, scenario, figure, and whether the model reproduces it.
ARTICLE = [
    ("image_pixels", "low", 262_144, True),
    ("image_latents", "low", 4_096, True),
    ("dit_params", "low", 675e6, True),
    ("dit_training_estimate", "low", 1e21, True),
    ("dit_gpus", "low", 0.4, True),
    ("dit_gpu_days", "low", 12, True),
    ("frames", "low", 1_440, True),
    ("latent_frames", "low", 180, True),
    ("frame_multiplier", "low", 180, True),
    ("size_ratio", "low", 30, True),
    ("dit_images", "low", 768e6, True),
    ("imagenet", "low", 14e6, True),
    ("dataset_multiplier", "low", 4, True),
    ("dataset_multiplier", "high", 10, True),
    ("dataset_frames", "low", 90, True),
    ("training_compute", "low", 1.1e25, True),
    ("training_compute", "high", 2.7e25, True),
    ("training_gpus", "low", 4_211, True),
    ("training_gpus", "high", 10_528, True),
    ("training_gpus", "low", 4_200, True),
    ("training_gpus", "high", 10_500, True),
    ("dit_step_compute", "low", 524e9, False),
    ("diffusion_steps", "low", 250, True),
    ("dit_image_compute", "low", 131e12, True),
    ("dit_breakeven", "low", 7.6e6, True),
    ("instagram_uploads", "low", 95e6, True),
    ("sora_step_compute", "low", 2.8e15, True),
    ("video_compute", "low", 708e15, True),
    ("printed_video_compute", "low", 708e15, False),
    ("minutes_per_gpu_hour", "low", 5, True),
    ("breakeven", "low", 15.3e6, True),
    ("breakeven", "high", 38.1e6, True),
    ("youtube_estimate", "low", 43e6, True),
    ("uploaded[TikTok]", "low", 17e6, True),
    ("over_llama[DiT-XL/2]", "low", 1, True),
    ("sora_over[GPT-4]", "low", 2.9, True),
    ("sora_over[Llama 2 70B]", "low", 3.7, True),
    ("planning_rate", "low", 120, True),
    ("ai_uploaded[TikTok]", "low", 8.5e6, True),
    ("ai_uploaded[YouTube]", "low", 6.5e6, True),
    ("ai_minutes", "low", 10.7e6, False),
    ("ai_minutes", "tiktok_25", 10.7e6, True),
    ("ai_minutes", "youtube_5", 10.7e6, True),
    ("average_gpus", "low", 89e3, False),
    ("average_gpus", "tiktok_25", 89e3, True),
    ("utilisation_factor", "low", 2, True),
    ("peak_factor", "low", 2, True),
    ("candidates", "low", 2, True),
    ("total_factor", "low", 8, True),
    ("peak_gpus", "low", 720e3, False),
    ("peak_gpus", "tiktok_25", 720e3, True),
    ("breakeven_time[TikTok]", "low", 0.9, True),
    ("breakeven_time[YouTube]", "high", 0.89, True),
    ("scaling_middle", "low", 4, True),
    ("scaling_last", "low", 32, True),
    ("article_words", "low", 670, True),
]  # fmt: skip


@pytest.fixture(scope="module")
def sora() -> Plan:
    return planned("sora")


@pytest.fixture(scope="module")
def judged(sora: Plan) -> dict[tuple[str, str, float], Figure]:
    results = {case.id: evaluate(sora, case.id) for case in sora.cases}
    assert problems(sora, results) == []
    return {
        (named(figure), figure.scenario, float(figure.published.value)): figure for figure in figures(sora, results)
    }


def named(figure: Figure) -> str:
    """Return the quantity that a figure is of, and its member."""
    at = figure.published.at
    return f"{figure.quantity.id}[{', '.join(at)}]" if at else figure.quantity.id


@pytest.mark.parametrize(("quantity", "scenario", "figure", "reproduced"), ARTICLE)
def test_a_figure_of_the_article(
    judged: dict[tuple[str, str, float], Figure], quantity: str, scenario: str, figure: float, reproduced: bool
) -> None:
    found = judged[quantity, scenario, figure]
    assert found.status == ("reproduced" if reproduced else "disputed")
    assert reproduced or len(found.published.disputed) > 20


def test_the_model_passes_without_a_warning(sora: Plan) -> None:
    assert sora.warnings == ()


def test_every_input_has_label_unit_and_source_or_says_whose_it_is(sora: Plan) -> None:
    for row in sora.rows:
        if row.kind == "input" and row.quantity is not None:
            assert row.label
            assert row.unit.text
            assert row.quantity.sources or str(row.quantity.note).startswith("Our "), row.id


@pytest.mark.parametrize(
    ("quantity", "scenario", "value"),
    [
        # Worked out by hand from the article's own figures.
        ("training_compute", "low", 1e21 * 30 * 4 * 90),
        ("training_gpus", "low", 1e21 * 30 * 4 * 90 / (989.4e12 * 30 * 86400)),
        ("breakeven", "low", 1.08e25 / 708e15),
        ("ai_minutes", "low", 17e6 * 0.5 + 43e6 * 0.15),
        ("peak_gpus", "low", 14.95e6 / 120 * 8),
        ("peak_gpus", "tiktok_25", (17e6 * 0.25 + 43.2e6 * 0.15) / 120 * 8),
        ("dataset_frames", "unrounded", 90.5),
        ("training_gpus", "measured", 1.08e25 / (989.4e12 * 30 * 86400 * 0.346)),
        ("hunyuan_rate", "low", 5.375 / 60 / (1689 / 3600)),
        ("llama_utilisation", "low", 100 * 3.8e25 / (30.84e6 * 3600 * 989.4e12)),
        ("training_cost", "low", 1.08e25 / 989.4e12 / 3600 * 2),
        ("dit_params", "low", 28 * (18 * 1152**2 + 15 * 1152) + 5_785_376),
        ("training_gpus", "blackwell", 1.08e25 / (2250e12 * 30 * 86400)),
        ("training_cost", "blackwell", 1.08e25 / 2250e12 / 3600 * 4.5),
    ],
)
def test_the_right_sum(sora: Plan, quantity: str, scenario: str, value: float) -> None:
    assert evaluate(sora, scenario)[quantity] == pytest.approx(value, rel=1e-12)


def test_the_measured_utilisation_is_that_of_the_model_card(sora: Plan) -> None:
    results = evaluate(sora, "measured")
    assert results["training_utilisation"] == pytest.approx(results["llama_utilisation"], abs=0.05)


def test_two_flop_doubles_every_count_of_gpus() -> None:
    made = plan(loads((ROOT / "models" / "sora.toml").read_text()))
    low, twice = evaluate(made, "low"), evaluate(made, "two_flop")
    for id_ in ("training_gpus", "average_gpus", "peak_gpus"):
        assert twice[id_] == pytest.approx(2 * low[id_], rel=1e-12)
    assert twice["breakeven"] == pytest.approx(low["breakeven"], rel=1e-12)


def test_other_gpus_change_what_it_takes_and_nothing_that_was_measured_on_h100s(sora: Plan) -> None:
    low, blackwell = evaluate(sora, "low"), evaluate(sora, "blackwell")
    assert blackwell["peak_power"] == pytest.approx(blackwell["peak_gpus"] * 1000 / 1e6, rel=1e-12)
    assert blackwell["minutes_per_gpu_hour"] == pytest.approx(low["minutes_per_gpu_hour"] * 2250 / 989.4, rel=1e-12)
    assert blackwell["breakeven"] == pytest.approx(low["breakeven"], rel=1e-12)
    for measured in ("llama_utilisation", "estimate_over_measured", "best_measured_rate"):
        assert blackwell[measured] == pytest.approx(low[measured], rel=1e-12)
