"""Questions in QTI 1.2: in the dialect that Canvas imports, and in that of Common Cartridge."""

from __future__ import annotations

from html import escape

from teach._tools.exported import LICENCE, TITLE, Choice, Question, Quiz

CONTENT = 'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"'
CANVAS = {
    "choice": "multiple_choice_question",
    "several": "multiple_answers_question",
    "number": "numerical_question",
    "order": "matching_question",
}
CARTRIDGE = {"choice": "cc.multiple_choice.v0p1", "several": "cc.multiple_response.v0p1"}
"""The kinds that the profile of Common Cartridge has; numbers and orders are not among them."""

ALL_POINTS = '<setvar action="Set" varname="SCORE">100</setvar>'


def material(text: str) -> str:
    """Return a text as it stands in an item; the HTML is escaped once more."""
    return f'<material><mattext texttype="text/html">{escape(text)}</mattext></material>'


def fields(values: dict[str, str]) -> str:
    """Return labelled fields of metadata."""
    return "".join(
        f"<qtimetadatafield><fieldlabel>{name}</fieldlabel><fieldentry>{value}</fieldentry>"
        "</qtimetadatafield>"
        for name, value in values.items()
    )


def item(question: Question, *, canvas: bool) -> str:
    """Return a question as an item."""
    if canvas:
        meta = {"question_type": CANVAS[question.kind], "points_possible": "1.0"}
    else:
        meta = {"cc_profile": CARTRIDGE[question.kind]}
    parts = {"number": _number, "order": _order}.get(question.kind, _choices)
    presentation, conditions, feedbacks = parts(question)
    said = "".join(
        f'<itemfeedback ident="{question.name}-f{k}"><flow_mat>{material(text)}</flow_mat>'
        "</itemfeedback>"
        for k, text in enumerate(feedbacks)
    )
    return (
        f'<item ident="{question.name}" title="{question.name}"><itemmetadata><qtimetadata>'
        f"{fields(meta)}</qtimetadata></itemmetadata>"
        f"<presentation>{material(question.ask)}{presentation}</presentation>"
        '<resprocessing><outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE" '
        f'vartype="Decimal"/></outcomes>{conditions}</resprocessing>{said}</item>'
    )


def _show(question: Question, place: int) -> str:
    return f'<displayfeedback feedbacktype="Response" linkrefid="{question.name}-f{place}"/>'


def _condition(test: str, then: str, *, more: bool) -> str:
    go_on = "Yes" if more else "No"
    return (
        f'<respcondition continue="{go_on}"><conditionvar>{test}</conditionvar>{then}'
        "</respcondition>"
    )


def _choices(question: Question) -> tuple[str, str, list[str]]:
    name = question.name
    many = question.kind == "several"
    labels = "".join(
        f'<response_label ident="{name}-c{k}">{material(choice.text)}</response_label>'
        for k, choice in enumerate(question.choices)
    )
    presentation = (
        f'<response_lid ident="{name}-r" rcardinality="{"Multiple" if many else "Single"}">'
        f"<render_choice>{labels}</render_choice></response_lid>"
    )

    def chosen(place: int) -> str:
        return f'<varequal respident="{name}-r">{name}-c{place}</varequal>'

    conditions = "".join(
        _condition(chosen(k), _show(question, k), more=True) for k in range(len(question.choices))
    )
    tests = [
        chosen(k) if choice.right else f"<not>{chosen(k)}</not>"
        for k, choice in enumerate(question.choices)
        if many or choice.right
    ]
    test = f"<and>{''.join(tests)}</and>" if many else tests[0]
    conditions += _condition(test, ALL_POINTS, more=False)
    return presentation, conditions, [choice.because for choice in question.choices]


def _number(question: Question) -> tuple[str, str, list[str]]:
    name, slack = question.name, question.tolerance
    presentation = (
        f'<response_str ident="{name}-r" rcardinality="Single"><render_fib fibtype="Decimal">'
        f'<response_label ident="{name}-a"/></render_fib></response_str>'
    )

    def near(value: float, then: str, *, more: bool) -> str:
        low, high = (f"{value + sign * slack:.10g}" for sign in (-1, 1))
        test = (
            f'<or><varequal respident="{name}-r">{value:g}</varequal><and>'
            f'<vargte respident="{name}-r">{low}</vargte>'
            f'<varlte respident="{name}-r">{high}</varlte></and></or>'
        )
        return _condition(test, then, more=more)

    conditions = near(question.answer, ALL_POINTS + _show(question, 0), more=False)
    for k, choice in enumerate(question.choices, start=1):
        conditions += near(choice.value, _show(question, k), more=True)
    return presentation, conditions, [question.because, *(c.because for c in question.choices)]


def _order(question: Question) -> tuple[str, str, list[str]]:
    """Match each step with its place: Canvas's kind that comes nearest."""
    name, count = question.name, len(question.choices)
    places = "".join(
        f'<response_label ident="{name}-p{k}">{material(str(k + 1))}</response_label>'
        for k in range(count)
    )
    presentation = conditions = ""
    for k, step in enumerate(shifted(question.choices)):
        place = question.choices.index(step)
        presentation += (
            f'<response_lid ident="{name}-r{k}">{material(step.text)}<render_choice>{places}'
            "</render_choice></response_lid>"
        )
        points = f'<setvar action="Add" varname="SCORE">{100 / count:.2f}</setvar>'
        test = f'<varequal respident="{name}-r{k}">{name}-p{place}</varequal>'
        conditions += _condition(test, points, more=True)
    return presentation, conditions, []


def shifted(steps: tuple[Choice, ...]) -> list[Choice]:
    """Return steps in another order: the even places, then the odd ones, from behind."""
    return [*steps[1::2], *steps[::2]][::-1]


def assessment(quiz: Quiz, *, canvas: bool) -> str:
    """Return a quiz as one assessment."""
    asked = [q for q in quiz.questions if canvas or q.kind in CARTRIDGE]
    meta = "" if canvas else f"<qtimetadata>{fields({'cc_profile': 'cc.exam.v0p1'})}</qtimetadata>"
    items = "\n".join(item(question, canvas=canvas) for question in asked)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<!-- {TITLE}. {LICENCE} -->\n"
        '<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2">'
        f'<assessment ident="quiz-{quiz.name}" title="{escape(quiz.title)}">{meta}'
        f'<section ident="section-{quiz.name}">{items}</section></assessment></questestinterop>\n'
    )


def canvas(quizzes: list[Quiz]) -> dict[str, str]:
    """Return the files of a package that Canvas imports, one quiz a chapter."""
    resources = "".join(
        f'<resource identifier="quiz-{quiz.name}" type="imsqti_xmlv1p2" '
        f'href="quiz-{quiz.name}/quiz.xml"><file href="quiz-{quiz.name}/quiz.xml"/></resource>'
        for quiz in quizzes
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<!-- {TITLE}. {LICENCE} -->\n"
        f'<manifest identifier="dmfbook-canvas" {CONTENT}><metadata><schema>IMS Content</schema>'
        "<schemaversion>1.1.3</schemaversion></metadata><organizations/>"
        f"<resources>{resources}</resources></manifest>\n"
    )
    files = {"imsmanifest.xml": manifest}
    return files | {f"quiz-{q.name}/quiz.xml": assessment(q, canvas=True) for q in quizzes}
