"""Questions in QTI 2.1: one item a file, one test a chapter."""

from __future__ import annotations

from html import escape

from teach._tools.exported import LICENCE, TITLE, Question, Quiz

QTI = (
    'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://www.imsglobal.org/xsd/imsqti_v2p1 '
    'http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd"'
)
HEAD = f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- {TITLE}. {LICENCE} -->\n'


def _set(name: str, kind: str, value: object) -> str:
    return (
        f'<setOutcomeValue identifier="{name}"><baseValue baseType="{kind}">{value}</baseValue>'
        "</setOutcomeValue>"
    )


def _modal(name: str, text: str) -> str:
    return (
        f'<modalFeedback outcomeIdentifier="FEEDBACK" identifier="{name}" showHide="show">'
        f"<p>{text}</p></modalFeedback>"
    )


def _declare(cardinality: str, kind: str, correct: list[str], mapping: str = "") -> str:
    values = "".join(f"<value>{value}</value>" for value in correct)
    return (
        f'<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}" '
        f'baseType="{kind}"><correctResponse>{values}</correctResponse>{mapping}'
        "</responseDeclaration>"
    )


def _right_or_not(feedback: str = "") -> str:
    return (
        '<responseCondition><responseIf><match><variable identifier="RESPONSE"/>'
        '<correct identifier="RESPONSE"/></match>' + _set("SCORE", "float", 1) + "</responseIf>"
        f"<responseElse>{_set('SCORE', 'float', 0)}</responseElse></responseCondition>{feedback}"
    )


def item(question: Question) -> str:
    """Return a question as an assessment item."""
    parts = {"number": _number, "order": _order}.get(question.kind, _choices)
    declaration, body, processing, feedback, cardinality = parts(question)
    return (
        f'{HEAD}<assessmentItem {QTI} identifier="{question.name}" title="{question.name}" '
        f'adaptive="false" timeDependent="false" xml:lang="en">{declaration}'
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float">'
        "<defaultValue><value>0</value></defaultValue></outcomeDeclaration>"
        f'<outcomeDeclaration identifier="FEEDBACK" cardinality="{cardinality}" '
        f'baseType="identifier"/><itemBody><div>{body}</div></itemBody>'
        f"<responseProcessing>{processing}</responseProcessing>{feedback}</assessmentItem>\n"
    )


_Parts = tuple[str, str, str, str, str]


def _choices(question: Question) -> _Parts:
    many = question.kind == "several"
    right = [f"C{k}" for k, choice in enumerate(question.choices) if choice.right]
    mapping = ""
    if many:
        wrong = len(question.choices) - len(right)
        entries = "".join(
            f'<mapEntry mapKey="C{k}" '
            f'mappedValue="{1 / len(right) if choice.right else -1 / wrong:.6g}"/>'
            for k, choice in enumerate(question.choices)
        )
        mapping = f'<mapping lowerBound="0" upperBound="1" defaultValue="0">{entries}</mapping>'
    cardinality = "multiple" if many else "single"
    simple = "".join(
        f'<simpleChoice identifier="C{k}">{choice.text}</simpleChoice>'
        for k, choice in enumerate(question.choices)
    )
    body = (
        f'<choiceInteraction responseIdentifier="RESPONSE" shuffle="true" '
        f'maxChoices="{0 if many else 1}"><prompt>{question.ask}</prompt>{simple}'
        "</choiceInteraction>"
    )
    feedback = (
        '<setOutcomeValue identifier="FEEDBACK"><variable identifier="RESPONSE"/></setOutcomeValue>'
    )
    mapped = (
        '<setOutcomeValue identifier="SCORE"><mapResponse identifier="RESPONSE"/></setOutcomeValue>'
    )
    processing = mapped + feedback if many else _right_or_not(feedback)
    said = "".join(_modal(f"C{k}", choice.because) for k, choice in enumerate(question.choices))
    return _declare(cardinality, "identifier", right, mapping), body, processing, said, cardinality


def _number(question: Question) -> _Parts:
    slack = f"{question.tolerance:g}"

    def branch(kind: str, value: float, score: int, name: str) -> str:
        return (
            f'<{kind}><equal toleranceMode="absolute" tolerance="{slack} {slack}">'
            f'<variable identifier="RESPONSE"/><baseValue baseType="float">{value:g}</baseValue>'
            f"</equal>{_set('SCORE', 'float', score)}{_set('FEEDBACK', 'identifier', name)}"
            f"</{kind}>"
        )

    near = "".join(
        branch("responseElseIf", choice.value, 0, f"F{k}")
        for k, choice in enumerate(question.choices, start=1)
    )
    first = branch("responseIf", question.answer, 1, "F0")
    processing = f"<responseCondition>{first}{near}</responseCondition>"
    body = (
        f'<p>{question.ask} <textEntryInteraction responseIdentifier="RESPONSE" '
        'expectedLength="10"/></p>'
    )
    texts = [question.because, *(choice.because for choice in question.choices)]
    said = "".join(_modal(f"F{k}", text) for k, text in enumerate(texts))
    return _declare("single", "float", [f"{question.answer:g}"]), body, processing, said, "single"


def _order(question: Question) -> _Parts:
    names = [f"S{k}" for k in range(len(question.choices))]
    simple = "".join(
        f'<simpleChoice identifier="{name}">{choice.text}</simpleChoice>'
        for name, choice in zip(names, question.choices, strict=True)
    )
    body = (
        '<orderInteraction responseIdentifier="RESPONSE" shuffle="true">'
        f"<prompt>{question.ask}</prompt>{simple}</orderInteraction>"
    )
    processing = _right_or_not(_set("FEEDBACK", "identifier", "F0"))
    reasons = " ".join(f"{k}. {choice.because}" for k, choice in enumerate(question.choices, 1))
    declaration = _declare("ordered", "identifier", names)
    return declaration, body, processing, _modal("F0", reasons), "single"


def test(quiz: Quiz) -> str:
    """Return the test of a chapter: its items, one after the other."""
    references = "".join(
        f'<assessmentItemRef identifier="R-{q.name}" href="items/{q.name}.xml"/>'
        for q in quiz.questions
    )
    return (
        f'{HEAD}<assessmentTest {QTI} identifier="quiz-{quiz.name}" title="{escape(quiz.title)}">'
        '<testPart identifier="P1" navigationMode="nonlinear" submissionMode="individual">'
        f'<assessmentSection identifier="S1" title="Questions" visible="true">{references}'
        "</assessmentSection></testPart></assessmentTest>\n"
    )


def package(quizzes: list[Quiz]) -> dict[str, str]:
    """Return the files of a package with all items, and a test for each quiz."""
    files, resources = {}, ""
    for quiz in quizzes:
        name = f"quiz-{quiz.name}"
        files[f"{name}.xml"] = test(quiz)
        depends = "".join(f'<dependency identifierref="{q.name}"/>' for q in quiz.questions)
        resources += (
            f'<resource identifier="{name}" type="imsqti_test_xmlv2p1" href="{name}.xml">'
            f'<file href="{name}.xml"/>{depends}</resource>'
        )
        for question in quiz.questions:
            path = f"items/{question.name}.xml"
            files[path] = item(question)
            resources += (
                f'<resource identifier="{question.name}" type="imsqti_item_xmlv2p1" '
                f'href="{path}"><file href="{path}"/></resource>'
            )
    manifest = (
        f'{HEAD}<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" '
        'identifier="dmfbook-qti21"><metadata><schema>QTIv2.1 Package</schema>'
        "<schemaversion>1.0.0</schemaversion></metadata><organizations/>"
        f"<resources>{resources}</resources></manifest>\n"
    )
    return {"imsmanifest.xml": manifest} | files
