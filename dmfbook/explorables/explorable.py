"""The explorable itself: a model and its three forms."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from dmfbook.explorables.labels import to_plain
from dmfbook.explorables.model import Model

if TYPE_CHECKING:
    import ipywidgets
    from matplotlib.figure import Figure

#: What a notebook cell shows: "all", the widget and what a file keeps of it; the "static" element
#: alone (the book's build); or "text" alone (stored notebooks). The environment variable of this
#: name sets it.
DISPLAY_VARIABLE = "DMFBOOK_DISPLAY"


class Explorable(Model):
    r"""A demo that the reader steers, declared once.

    Parameters
    ----------
    name
        Its name in URLs and ids: lower-case words joined by hyphens.
    title, description
        What it is called, and what it shows, for those who cannot see it. Both may hold
        mathematics between dollars.
    sliders, panels, readouts, settings
        What the reader moves, sees, reads, and the settings worth a name.
    derived
        Symbols with their expressions, each of the sliders and the symbols before it.
    orbits, routines, frames
        Iterated maps, functions defined by an iteration, and numbers computed beforehand.

    Raises
    ------
    ValueError
        When names clash or an expression uses a name that nothing defines.

    Examples
    --------
    >>> import sympy as sp
    >>> from dmfbook.explorables import Axis, Line, Panel, Readout, Slider, along
    >>> a = sp.Symbol("a")
    >>> demo = Explorable(
    ...     name="parabola",
    ...     title="A parabola",
    ...     description="The curve opens as the slider moves right.",
    ...     sliders=[Slider(a, "opening", "opening $a$", 0, 2, 0.1, 1)],
    ...     panels=[
    ...         Panel(
    ...             Axis("$x$", -1, 1),
    ...             Axis("$y$", 0, 2),
    ...             Line(a * along**2),
    ...         )
    ...     ],
    ...     readouts=[Readout("height at $x = 1$", a)],
    ... )
    >>> demo.values["opening"] = 1.5
    >>> print(demo)
    A parabola (opening = 1.5): height at x = 1: 1.5
    """

    _widget: ipywidgets.Widget | None = None

    # The forms load matplotlib and ipywidgets, so they are imported when they are asked for.

    def to_html(self, *, still: bool = True) -> str:
        """Return the static element: alive in any browser with no kernel and no network.

        Without the ``still`` image, nothing but the numbers is there where scripts do not run.
        """
        from dmfbook.explorables.forms import page

        return page.element(self, still=still)

    def to_widget(self) -> ipywidgets.Widget:
        """Return the live widget for Jupyter: one, which a notebook may show in several places."""
        from dmfbook.explorables.forms import widget

        if self._widget is None or self._widget.comm is None:  # a closed widget has no comm
            self._widget = widget.build_widget(self)
        return self._widget

    def to_figure(self) -> Figure:
        """Return the still image at the current values, as a matplotlib figure."""
        from dmfbook.explorables.forms import still

        return still.draw(self)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the forms of a cell's output, and what a front end must know to show them."""
        rows = "\n".join(f"  {label}: {text}" for label, text in self.numbers())
        text = f"{to_plain(self.title)}\n{to_plain(self.description)}\n{rows}"
        data: dict[str, Any] = {"text/plain": text}
        display = os.environ.get(DISPLAY_VARIABLE, "all")
        if display == "static":
            data["text/html"] = self.to_html()
        if display != "all":
            return data, {}
        from dmfbook.explorables.forms import page, widget

        data["text/html"] = page.saved(self)
        live = self.to_widget()
        shown = live._repr_mimebundle_() or {}
        data |= {k: v for k, v in shown.items() if k.startswith("application/")}
        return data, widget.front_end_metadata(live)
