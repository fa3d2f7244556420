"""Figures: the same bytes every time, small, and not afraid of strange numbers."""

import io
import math
import threading
import warnings

import matplotlib as mpl
import numpy as np
import pytest
from attrs import evolve
from PIL import Image

from parity.report.figures import axes as ax
from parity.report.figures import draw_all
from parity.report.figures.gradients import worst_parameters
from parity.report.figures.style import panels
from parity.results import LossCurves, NoiseSeries, Verdict

from .examples import PARAMETERS, broken, classes, diverged, forward_only, honest, missing, results


def drawn(*scenarios):
    return draw_all(results(*scenarios), {s.name: s.name for s in scenarios}, 10.0)


@pytest.fixture(scope="module")
def usual():
    return drawn(honest(), classes())


def test_which_figures_there_are(usual):
    kinds = ["loss", "gradients", "landscape"]
    named = [f"{name}-{kind}" for name in ("xor-sigmoid", "sensor-softmax") for kind in kinds]
    assert list(usual) == ["distribution", "calibration", *named]
    assert list(drawn(forward_only())) == ["calibration"]
    assert draw_all(evolve(results(), calibration=None), {}, 10.0) == {}


def test_they_are_small_pictures_without_a_date(usual):
    for picture in usual.values():
        image = Image.open(io.BytesIO(picture.png))
        assert image.mode == "P"
        assert image.size == (picture.width, picture.height)
        assert image.info == {} or set(image.info) <= {"transparency"}
        assert len(picture.png) < 42_000, picture.name
        assert picture.alt


def test_the_users_settings_and_other_threads_change_nothing(usual):
    found = []
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red", "lines.linewidth": 9}):
        before = dict(mpl.rcParams)
        threads = [
            threading.Thread(target=lambda: found.append(drawn(honest(), classes()))) for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert dict(mpl.rcParams) == before
    assert found == [usual, usual]


@pytest.mark.parametrize("make", [broken, diverged, missing])
def test_trouble_can_be_drawn(make):
    assert len(drawn(make())) == 5


STRANGE = [math.nan, math.inf, -math.inf, 0.0, 5e-324, 1.7e308, -1.0, 1.0]


@pytest.mark.parametrize("values", [[x] * 3 for x in STRANGE] + [STRANGE[:3], STRANGE[3:6], STRANGE[-3:]])
def test_any_number_can_be_drawn(values):
    result = honest("strange", "curve")
    curves = LossCurves([0, 1, 2], dict.fromkeys(("scratch", "torch"), values), {"torch": values}, values)
    series = [NoiseSeries("torch", "gradient", "dense_1/kernel", [0, 1, 2], values)]
    runs = []
    for run in result.runs:
        land = evolve(
            run.landscape, x=[0.0, 1.0, 2.0], values={"torch": [[values]]}, differences={"torch": [[values]]}
        )
        runs.append(evolve(run, loss=curves, series=series, landscape=land, horizon=1))
    with np.errstate(over="ignore"), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "overflow")
        assert len(drawn(evolve(result, runs=runs))) == 5


@pytest.mark.parametrize("value", [math.nan, 0.0, 0.5, 3.0])
def test_any_boundary_can_be_drawn(value):
    result = honest()
    flat = [[[value] * 3] * 3]
    runs = [
        evolve(
            run,
            landscape=evolve(
                run.landscape,
                x=[0.0, 1.0, 2.0],
                y=[0.0, 1.0, 2.0],
                values={"scratch": flat, "torch": flat},
                differences={"torch": flat},
                points=[],
                targets=[],
            ),
        )
        for run in result.runs
    ]
    assert "xor-sigmoid-landscape" in drawn(evolve(result, runs=runs))


def test_zero_has_a_place_on_a_log_axis():
    _, ((axes,),) = panels([1.0], 1)
    floor = ax.log_axis(axes, [np.array([0.0, 1e-16, 1e-14])])
    labels = [axes.yaxis.get_major_formatter()(tick) for tick in axes.yaxis.get_major_locator()()]
    assert floor == pytest.approx(1e-17)
    assert labels[0] == "0"
    assert "10⁻¹⁶" in labels
    ax.log_axis(axes, [np.array([1e-16, 1e-14])])
    assert axes.yaxis.get_major_formatter()(1e-16) == "10⁻¹⁶"


def test_labels_do_not_collide():
    placed = ax.spread([0.9, 0.9, 0.9, 0.1, 0.0], 0.14, 1.0)
    assert placed == sorted(placed, reverse=True)
    assert min(np.diff(placed[::-1])) >= 0.14 - 1e-12
    assert min(placed) >= 0


def test_of_many_parameters_the_worst_are_drawn():
    run = honest().runs[0]
    series = [NoiseSeries("torch", "gradient", f"dense_{i}/kernel", [0], [float(i)]) for i in range(30)]
    series[3] = evolve(series[3], noise_units=[math.nan])
    shown = worst_parameters([evolve(run, series=series)], 3)
    assert shown == ["dense_3/kernel", "dense_29/kernel", "dense_28/kernel"]
    assert sorted(worst_parameters([run], 8)) == sorted(PARAMETERS)


def test_a_failed_framework_is_not_drawn_as_zero():
    (run, *_) = missing().runs
    assert [i.verdict for i in run.implementations] == [Verdict.HOLDS, Verdict.FAILED]
    assert "keras" not in run.loss.losses
