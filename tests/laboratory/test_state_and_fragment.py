"""The state: what it may be, undo and redo, its fragment there and back; what is known of it depends on nothing else."""

from __future__ import annotations

import json
import random

import pytest

from wxb.laboratory.lab import of_students

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

HOSTILE = [
    "s=11", "s=0", "s=-1", "s=1.5", "s=NaN", "s=<img src=x onerror=alert(1)>", "W=Infinity", "W=1e999", "W=0x10", "b=", "b=1e308e1",
    "lr=0", "lr=-1", "lr=1e-999", "e=-3", "e=minimum", "m=1", "m=-0.1", "o=constructor", "o=__proto__", "z=2", "lang=fr", "th=x",
    "d=1,2;3", "d=1,2,3", "d=a,b", "d=", "d=1,NaN", "t=11", "l=__proto__:1;w", "a=1:2:3", "v=hasOwnProperty", "__proto__=1",
    "constructor=1", "%E0%A4%A=1", "x", "f=" + "w" * 600, "sh=3", "d=" + ";".join(["1,2"] * 2001), "c=1e9",
]  # fmt: skip


@pytest.fixture(scope="module")
def payload():
    return json.loads(json.dumps(dict(of_students().payload)))


def test_a_hostile_fragment_is_data(lab_js, payload):
    """Each says nothing that the state takes, is named among the faults, and leaves the page's own first state."""
    found = lab_js(
        """(lab, payload, all) => all.map(text => {
            const { patch, faults } = lab.fromFragment("#" + text, payload);
            return [Object.keys(lab.accepted(patch)).filter(name => name !== "touched"), faults.length, ({}).polluted];
        })""",
        payload,
        HOSTILE,
    )
    for text, (fields, faults, polluted) in zip(HOSTILE, found):
        assert (fields, faults, polluted) == ([], 1, None), text[:60]
    assert lab_js("(lab, payload) => lab.fromFragment('#d=' + '1,2;'.repeat(100000), payload)", payload)["faults"] == [
        "#"
    ]


def test_names_of_a_fragment_are_text_without_turns_of_direction(lab_js, payload):
    patch = lab_js("(lab, payload) => lab.fromFragment('#x=<b>%E2%80%AE%00a&y=' + 'k'.repeat(300), payload)", payload)[
        "patch"
    ]
    assert patch["names"] == {"x": "<b>a", "y": "k" * 200}


def _state(chance: random.Random) -> dict:
    number = lambda: chance.choice([0.0, -1.5, 3, 1e-300, 1.7e308, 0.1, chance.gauss(0, 10)])  # noqa: E731
    place = lambda: chance.choice([0.0, -1.5, 3, 1e-130, 1.7e130, 0.1, chance.gauss(0, 10)])  # noqa: E731
    rows = [[place(), place()] for _ in range(chance.randint(1, 6))]
    return {
        "scene": chance.randint(1, 10), "lang": chance.choice(["ko", "en"]), "theme": chance.choice(["auto", "light", "dark"]),
        "rows": chance.choice([None, rows]), "names": chance.choice([None, {"x": "공부 & 시간;=#", "y": "a+b%20, c:d"}]),
        "added": chance.choice([[], rows]), "start": {"W": number(), "b": number()}, "epoch": chance.choice(["min", 0, 7]),
        "epochs": chance.choice([2000, 20]), "lr": chance.choice([0.01, 1e-12, 3.5]), "momentum": chance.choice([0, 0.9]),
        "only": chance.choice(["both", "W"]), "zero": chance.random() < 0.5, "at": number(), "guess": chance.choice([None, 7.5]),
        "absolute": chance.random() < 0.5, "shape": chance.choice(["(3, 1)", "(3,)"]), "calls": chance.choice([0, 21]),
        "expression": chance.choice(["y = w**2; z = 2*y + 5", "z = a/b & c"]),
        "leaves": chance.choice([{"w": 2}, {"가": -1.5, "b_1": 3}]),
        "done": chance.choice([{}, {"3": True, "6b": True}]), "answers": chance.choice([{}, {"5": 0.25}]),
        "view": chance.choice(["curve", "contours"]), "delta": chance.choice([0, 0.01]), "touched": True,
    }  # fmt: skip


def test_what_is_written_is_read(lab_js, payload):
    chance = random.Random(13)
    states = [_state(chance) for _ in range(300)]
    read = lab_js(
        """(lab, payload, states) => states.map(given => {
            const state = { ...lab.firstState(payload), ...given };
            const { patch, faults } = lab.fromFragment(lab.toFragment(state, payload), payload);
            const back = { ...lab.firstState(payload), ...patch };
            return [faults, Object.keys(given).filter(name => !lab.sameValue(back[name], state[name]))];
        })""",
        payload,
        states,
    )
    assert [one for one in read if one != [[], []]] == []


def test_an_untouched_page_says_only_its_scene(lab_js, payload):
    assert (
        lab_js("(lab, payload) => lab.toFragment({ ...lab.firstState(payload), scene: 3, lr: 0.2 }, payload)", payload)
        == "#s=3"
    )


def test_undo_and_redo_go_by_gestures(lab_js, payload):
    """Sets of one gesture are one step; language and theme are no step; what the state may not be is not set."""
    log = lab_js(
        """(lab, payload) => {
            const store = lab.storeOf(lab.firstState(payload)), seen = [], drag = {};
            let told = 0;
            store.subscribe(() => (told += 1));
            for (const W of [1, 2, 3]) store.set({ start: { W, b: 0 } }, drag);
            store.set({ lang: "ko" });
            store.set({ lr: 0.1 });
            store.set({ lr: -1, epoch: 1.5, rows: [[1, NaN]], unknown: 1 });
            const look = () => seen.push([store.state.start.W, store.state.lr, store.state.lang]);
            look(); store.undo(); look(); store.undo(); look(); seen.push(store.undo());
            store.redo(); store.redo(); look(); seen.push(store.redo());
            store.undo(); store.set({ lr: 0.3 }); seen.push(store.redo());
            return [seen, told, Object.isFrozen(store.state)];
        }""",
        payload,
    )
    seen, told, frozen = log
    assert seen == [[3, 0.1, "ko"], [3, 0.01, "ko"], [0, 0.01, "ko"], False, [3, 0.1, "ko"], False, False]
    assert frozen
    assert told == 11


def test_what_is_known_depends_on_the_state_alone(lab_js, payload):
    """A walk of drags, added and removed rows knows at every place what a page knows that begins there."""
    found = lab_js(
        """(lab, payload) => {
            const plain = value => JSON.stringify(value, (_, one) => (ArrayBuffer.isView(one) ? [...one].slice(-3) : one));
            const fresh = () => ({ ...payload });
            let state = lab.firstState(payload), random = 7;
            const next = () => (random = (random * 16807) % 2147483647) / 2147483647;
            const either = (one, other) => (next() < 0.5 ? one : other);
            const wrong = [];
            for (let k = 0; k < 200; k += 1) {
                const known = lab.derive(payload, state), row = Math.floor(next() * known.rows.length);
                const patch = [
                    () => lab.rowMoved(known, row, [10 * next() - 5, 1e3 * next()]),
                    () => lab.rowAdded(known, [next(), 1e-9 * next()]),
                    () => (known.rows.length > 1 ? lab.rowRemoved(known, row) : {}),
                    () => ({ start: { W: next(), b: next() } }),
                    () => ({ lr: next(), only: either("W", "both"), epochs: 20 }),
                    () => ({ epoch: either("min", 3) }),
                ][Math.floor(6 * next())]();
                state = Object.freeze({ ...state, ...lab.accepted(patch) });
                const one = lab.derive(payload, state), other = lab.derive(fresh(), state);
                for (const name of ["n", "here", "minimum", "verdict", "alpha", "spread", "span", "height", "run", "line1d"])
                    if (plain(one[name]) !== plain(other[name])) wrong.push([k, name, plain(one[name]), plain(other[name])]);
            }
            return wrong.slice(0, 3);
        }""",
        payload,
    )
    assert found == []


def test_names_cut_within_a_letter_and_long_leaves_stand_in_a_fragment(lab_js, payload):
    """A browser refuses to write half a letter into an address: a letter that does not fit is left out whole."""
    long = "a" * 41
    fragment, leaves, faults = lab_js(
        """(lab, payload, long) => {
            const { patch } = lab.fromFragment(`#x=${"a".repeat(199)}%F0%9F%98%80&y=y`, payload);
            const state = { ...lab.firstState(payload), ...patch, expression: `y = ${long}*2`, leaves: { [long]: 3 } };
            const fragment = lab.toFragment(state, payload), read = lab.fromFragment(fragment, payload);
            return [fragment, read.patch.leaves, read.faults];
        }""",
        payload,
        long,
    )
    assert f"x={'a' * 199}&y=y" in fragment
    assert leaves == {long: 3}
    assert faults == []
