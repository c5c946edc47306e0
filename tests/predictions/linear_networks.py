"""The answers to the questions of `linear_networks`, computed."""

import numpy as np
import relu_frames

from dmfbook import data_sharpness, end_to_end, network_minimizer
from dmfbook.demos import linear_networks as demos
from dmfbook.demos.linear_networks._stored import stored
from dmfbook.demos.linear_networks.kinks import ANSWERS, SAMPLES

_INPUTS = np.array([[2.0, 2, -2, -2], [1, -1, 1, -1]])
_OUTPUTS = np.array([[2.0, 2, -2, -2], [3, -3, 3, -3]])


def which_direction_goes() -> str:
    """Train at ever more decay, until a direction is gone."""
    for weight in np.linspace(0.2, 6, 30):
        found = end_to_end(network_minimizer(_INPUTS, _OUTPUTS, (2, 2, 2), weight))
        gone = np.abs(np.diag(found)) < 1e-9
        if gone.any():
            return f"Direction {int(np.argmax(gone)) + 1}" if gone.sum() == 1 else "Both at once"
    return "Neither"


def how_sharp_is_the_network() -> float:
    """Measure the curvature at a minimizer without decay."""
    factors = network_minimizer(_INPUTS, _OUTPUTS, (2, 2, 2))
    return data_sharpness(factors, _INPUTS, _OUTPUTS)


def does_depth_help() -> str:
    """Compare the least errors of the stored paths of the digits."""
    best = int(np.argmin([min(path["errors"]) for path in stored()["paths"][0]]))
    return ("Depth one", "Depth two", "Depth three or four", "Depth three or four")[best]


def relu_edge() -> str:
    """Train the run of the question."""
    made = relu_frames.run(0.2, 0.01)
    ratio = 0.2 * made.sharpness[-25:].mean() / 2
    shown = demos.edge.scene({"step": 0.2, "decay": 0.01})["readouts"][1]["value"]
    assert abs(ratio - shown) < 2e-3
    return "Well below" if ratio < 0.7 else "On the edge"


def relu_kinks() -> str:
    """Look for the lowest point of the curve on a fine grid, for growing lambda."""
    samples, answers = np.array(SAMPLES), np.array(ANSWERS)
    kinks = np.linspace(-1.5, 1.5, 3001)
    reach = np.maximum(samples - kinks[:, None], 0)
    lever = np.hypot(1, kinks)
    best = []
    for decay in np.linspace(0.005, 0.25, 50):
        kept = np.maximum(np.abs(reach @ answers / 9) - decay * lever, 0)
        best.append(kinks[np.argmax(kept**2 / np.mean(reach**2, axis=1))])
    moves = np.abs(np.diff(best))
    if moves.max() > 0.2:
        return "leaps"
    rests = np.sum(moves < 1e-9)
    return "rests on a sample" if rests > 5 and moves[-1] > 0 else "Steadily"


TRUTHS = {
    "which-direction-goes": which_direction_goes,
    "how-sharp-is-the-network": how_sharp_is_the_network,
    "does-depth-help": does_depth_help,
    "relu-edge": relu_edge,
    "relu-kinks": relu_kinks,
}
