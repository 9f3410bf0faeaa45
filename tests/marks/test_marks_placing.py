"""Labels stand at their own mark."""

from __future__ import annotations

import numpy as np

from wxb.marks.axis import Axis
from wxb.marks.mark import dots
from wxb.marks.placing import Wanted, placed
from wxb.marks.scene import Panel, Scene
from wxb.marks.svg import svg

BOUNDS = (0.0, 0.0, 400.0, 300.0)


def away(box, place) -> float:
    left, top, right, bottom = box
    return float(np.hypot(max(left - place[0], place[0] - right, 0), max(top - place[1], place[1] - bottom, 0)))


def test_a_label_is_nearer_to_its_own_dot_than_to_any_other():
    own, other = np.array([[150.0, 100.0]]), np.array([[205.0, 85.0]])
    wanted = Wanted(width=40.0, height=14.0, anchors=own, others=other)
    free = Wanted(width=40.0, height=14.0, anchors=own)
    [spot], [careless] = (placed([one], BOUNDS, np.zeros((0, 2)), 9.0) for one in (wanted, free))
    assert spot is not None
    assert careless is not None
    assert away(careless.box, other[0]) < 1.6 * away(careless.box, own[0])
    assert away(spot.box, other[0]) > 1.6 * away(spot.box, own[0])


def test_in_a_crowd_a_leader_says_which_dot_is_meant():
    around = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    crowd = 150 + 8 * np.column_stack([np.cos(around), np.sin(around)])
    wanted = Wanted(width=40.0, height=14.0, anchors=np.array([[150.0, 150.0]]), others=crowd)
    [spot] = placed([wanted], BOUNDS, crowd, 9.0)
    assert spot is not None
    assert spot.leader is not None
    assert spot.leader[1] == (150.0, 150.0)


def test_no_digit_is_left_out_of_a_heading():
    axis = Axis(label="x", low=0, high=1)
    heading = (
        "학습률 0.01: 느림, 여기서는 어떤 일정한 학습률도 그렇습니다: 50에포크로는 모자라고, 1072에포크가 걸립니다"
    )
    panels = tuple(Panel(x=axis, y=axis, marks=(dots(0.5, 0.5, "data"),), heading=heading) for __ in range(3))
    assert "1072에포크" in svg(Scene(kind="x", title="x", description="x", panels=panels, table={}))
