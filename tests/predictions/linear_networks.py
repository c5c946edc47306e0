"""The answers to the questions of `linear_networks`, computed."""

import numpy as np

from dmfbook import data_sharpness, end_to_end, network_minimizer
from dmfbook.demos.linear_networks._stored import stored

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


TRUTHS = {
    "which-direction-goes": which_direction_goes,
    "how-sharp-is-the-network": how_sharp_is_the_network,
    "does-depth-help": does_depth_help,
}
