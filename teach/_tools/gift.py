r"""Questions in GIFT, which Moodle imports into its question bank.

Backslashes are doubled: Moodle reads ``\n`` in ``\nabla`` as the end of a line.
"""

from __future__ import annotations

from teach._tools.exported import LICENCE, TITLE, Question, Quiz

SPECIAL = "\\~=#{}:"


def escape(text: str) -> str:
    r"""Return a text in which nothing has a meaning of its own.

    >>> escape(r"\(\nabla f = 0\)")
    '\\\\(\\\\nabla f \\= 0\\\\)'
    """
    for sign in SPECIAL:
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", " ")


def share(part: float) -> str:
    """Return a percentage as Moodle lists them, with five decimals at most.

    >>> share(1 / 3), share(0.5)
    ('33.33333', '50')
    """
    return f"{100 * part:.5f}".rstrip("0").rstrip(".")


def written(question: Question) -> str:
    """Return a question in GIFT."""
    lines = [f"::{escape(question.name)}::[html]{escape(question.ask)}{{"]
    if question.kind == "number":
        slack = f"{question.tolerance:g}"
        lines[0] += "#"
        lines.append(f"=%100%{question.answer:g}:{slack}#{escape(question.because)}")
        lines += [f"=%0%{c.value:g}:{slack}#{escape(c.because)}" for c in question.choices]
    elif question.kind == "order":
        lines += [f"={escape(c.text)} -> {k}" for k, c in enumerate(question.choices, start=1)]
        said = " ".join(f"{k}. {c.because}" for k, c in enumerate(question.choices, start=1))
        lines.append(f"####{escape(said)}")
    else:
        right = sum(choice.right for choice in question.choices)
        wrong = len(question.choices) - right
        for choice in question.choices:
            sign = "=" if choice.right else "~"
            if question.kind == "several":
                part = share(1 / right) if choice.right else f"-{share(1 / wrong)}"
                sign = f"~%{part}%"
            lines.append(f"{sign}{escape(choice.text)}#{escape(choice.because)}")
    return "\n".join([*lines, "}"])


def export(quizzes: list[Quiz]) -> str:
    """Return all quizzes, each a category."""
    parts = [f"// {TITLE}. {LICENCE}"]
    for quiz in quizzes:
        parts.append(f"$CATEGORY: dmfbook/{quiz.name}")
        parts += [written(question) for question in quiz.questions]
    return "\n\n".join(parts) + "\n"
