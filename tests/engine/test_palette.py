"""The colours: read on their grounds, and told apart by those who see fewer of them."""

from __future__ import annotations

import re
from itertools import combinations
from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from dmfbook.explorables.forms import page
from dmfbook.explorables.marks import Colour

THEMES = ("light", "dark")
#: Machado, Oliveira and Fernandes (2009), full severity, on linear sRGB.
SIGHT = {
    "normal": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def palette(theme: str) -> dict[str, str]:
    """Return the colours of one theme, by their names."""
    rules = re.findall(r"\{([^}]*)\}", (page.WEB / "palette.css").read_text("utf-8"))
    return dict(re.findall(r"--dmf-([\w-]+): (#[0-9a-f]{6});", rules[THEMES.index(theme)]))


def linear(colour: str) -> NDArray[np.float64]:
    """Return the linear sRGB values of a hexadecimal colour."""
    values = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, as WCAG defines it."""
    dark, light = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return CIELAB under D65 of linear sRGB."""
    matrix = [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
    scaled = np.clip(matrix @ rgb, 0, None) / [0.95047, 1, 1.08883]
    x, y, z = np.where(scaled > (6 / 29) ** 3, np.cbrt(scaled), scaled * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def ciede2000(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the difference of two colours in CIELAB (Sharma, Wu and Dalal 2005)."""
    (light1, a1, b1), (light2, a2, b2) = one, other
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1 + (1 - np.sqrt(mean**7 / (mean**7 + 25.0**7))) / 2
    c1, c2 = np.hypot(a1 * stretch, b1), np.hypot(a2 * stretch, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a * stretch)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    lightness, chroma = (light1 + light2) / 2, (c1 + c2) / 2
    hue = h1 + h2 if c1 * c2 == 0 else (h1 + turn / 2) % 360
    weights = (
        1
        - 0.17 * np.cos(np.radians(hue - 30))
        + 0.24 * np.cos(np.radians(2 * hue))
        + 0.32 * np.cos(np.radians(3 * hue + 6))
        - 0.20 * np.cos(np.radians(4 * hue - 63))
    )
    offset = (lightness - 50) ** 2
    d_l = (light2 - light1) / (1 + 0.015 * offset / np.sqrt(20 + offset))
    d_c = (c2 - c1) / (1 + 0.045 * chroma)
    d_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * chroma * weights)
    rotation = -2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7))
    rotation *= np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2))))
    return float(np.sqrt(d_l**2 + d_c**2 + d_h**2 + rotation * d_c * d_h))


def test_the_difference_of_colours_is_the_published_one() -> None:
    """Against three pairs of the table of Sharma, Wu and Dalal."""
    pairs = [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ]
    for one, other, expected in pairs:
        assert ciede2000(np.array(one), np.array(other)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("sight", SIGHT)
def test_colours_of_a_picture_can_be_told_apart(theme: str, sight: str) -> None:
    colours = palette(theme)
    seen = {n: lab(np.clip(SIGHT[sight] @ linear(colours[n]), 0, 1)) for n in get_args(Colour)}
    assert len(seen) == 7
    distances = {pair: ciede2000(*(seen[n] for n in pair)) for pair in combinations(seen, 2)}
    nearest = min(distances, key=distances.__getitem__)
    assert distances[nearest] >= 14, f"{nearest}: {distances[nearest]:.1f}"


@pytest.mark.parametrize("theme", THEMES)
def test_colours_read_well_on_their_grounds(theme: str) -> None:
    colours = palette(theme)
    for ground in ("paper", "panel"):
        for name in (*get_args(Colour), "soft", "accent"):
            assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)
        assert contrast(colours["edge"], colours[ground]) >= 3, ground
    assert contrast(colours["on-accent"], colours["accent"]) >= 4.5
