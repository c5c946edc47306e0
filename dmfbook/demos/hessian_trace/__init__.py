"""The explorables of the chapter on the trace of the Hessian."""

from typing import TYPE_CHECKING

from dmfbook.demos._chapter import build_when_asked

if TYPE_CHECKING:
    from dmfbook.demos.hessian_trace.anywhere import anywhere
    from dmfbook.demos.hessian_trace.bounds import bounds
    from dmfbook.demos.hessian_trace.shaken import shaken
    from dmfbook.demos.hessian_trace.stretched import stretched

__all__ = ["anywhere", "bounds", "shaken", "stretched"]

build_when_asked(__name__)
