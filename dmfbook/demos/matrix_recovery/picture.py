"""A terrain of which two entries in five are seen, filled in at every depth and regularization."""

import numpy as np
import sympy as sp

import dmfbook.explorables as ex
from dmfbook.demos._shared import depth_slider
from dmfbook.demos.matrix_recovery._shared import stored

_data = stored()
_paths = _data["paths"]
_shares = _data["shares"][::2]
_share = sp.Symbol("share", positive=True)
_size = 24
_all = (len(_paths), len(_shares))


def _shades(digits: str) -> list[int]:
    """Return what the engine's shades, which take a root, show as 15 less the grey value.

    Matrices are written from above, the engine's planes from below.
    """
    levels = np.array([int(digit, 16) for digit in digits]).reshape(_size, _size)[::-1]
    return [int(15 - level) ** 2 for level in levels.flat]


_everywhere = np.ones((*_all, 1))
_frames = ex.Frames(
    over=("depth", "share"),
    grid=(tuple(map(float, _data["depths"])), tuple(_shares)),
    series={
        "filled": np.array([[_shades(one) for one in path["pictures"]] for path in _paths]),
        "shown": _everywhere * _shades(_data["shown"]),
        "terrain": _everywhere * _shades(_data["terrain"]),
        "values": np.array([path["values"] for path in _paths]),
    },
)
_across, _up = sp.symbols("across up", real=True)


def _picture(title: str, series: str) -> ex.Panel:
    return ex.Panel(
        ex.Axis("", 0, 1, ticks=False),
        ex.Axis("", 0, 1, ticks=False),
        ex.HeatMap(_frames[series], (_across, _up), 0, 225, resolution=_size, pen="ink"),
        ex.Segments([0, 0, 1, 1], [0, 1, 1, 0], [0, 1, 1, 0], [1, 1, 0, 0], pen="grey 1"),
        title=title,
        aspect=1.0,
    )


picture = ex.Explorable(
    name="picture",
    title="A terrain, filled in",
    description=r"""A matrix of 24 by 24 heights about a fault in Tennessee, the higher the
        stronger. First: what `recovery_path` fills in where two fifths of the
        heights are seen, at the chosen depth and regularization, which is given as
        a part of the one up to which zero gives way. Second: its eight largest
        singular values. Third: what is seen. Fourth: the whole terrain. With the
        strongest penalty a few crossing stripes are left. As the penalty falls,
        ever more detail comes, at depth two many small singular values with it, at
        larger depth few large ones; in the end the picture is as rough as the
        choice of the entries.""",
    sliders=[
        ex.Slider(
            _share,
            "share",
            r"regularization $\lambda$, over $\lambda_c$",
            min(_shares),
            max(_shares),
            0.01,
            _shares[2],
            scale="log",
        ),
        depth_slider(2, high=5),
    ],
    frames=_frames,
    panels=[
        _picture("filled in", "filled"),
        ex.Panel(
            ex.Axis("singular value", -0.6, 7.6, ticks=False),
            ex.Axis("size", 0, 20),
            ex.Bars(_frames["values"]),
            title="singular values",
            aspect=1.0,
        ),
        _picture("what is seen", "shown"),
        _picture("the terrain", "terrain"),
    ],
    settings=[
        ex.Setting("deep", "depth three", depth=3),
        ex.Setting("strong", "a strong penalty", share=max(_shares)),
        ex.Setting("weak", "a weak penalty", share=min(_shares)),
        ex.Setting("weak-deep", "weak, at depth four", share=min(_shares), depth=4),
    ],
)
