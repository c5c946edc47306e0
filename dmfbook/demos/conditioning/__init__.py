"""The explorables of the chapter on how fast gradient descent arrives."""

from typing import TYPE_CHECKING

from dmfbook.demos._chapter import build_when_asked

if TYPE_CHECKING:
    from dmfbook.demos.conditioning.along_valley import along_valley
    from dmfbook.demos.conditioning.decay_speed import decay_speed
    from dmfbook.demos.conditioning.depths import depths
    from dmfbook.demos.conditioning.steps import steps
    from dmfbook.demos.conditioning.widen import widen

__all__ = ["along_valley", "decay_speed", "depths", "steps", "widen"]

build_when_asked(__name__)
