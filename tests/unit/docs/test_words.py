"""User-facing text avoids phrases that are not idiomatic English.

It searches pages, templates of the report, and all string literals of the code: errors, help
texts, log lines and docstrings.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.pages import ROOT

# Files and folders whose text has to pass.
_ROOTS = (
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    ".github",
    "app.py",
    "benchmarks",
    "client",
    "constructs",
    "containers",
    "config",
    "contracts",
    "demo",
    "docs",
    "embedded",
    "examples",
    "lambda",
    "scripts",
    "stacks",
)
_SUFFIXES = {".css", ".html", ".ipynb", ".j2", ".md", ".py", ".yaml", ".yml"}

# A pattern, and what to write instead.
_PHRASES = {
    r"(?<!\bthere )\b(?:is|are|was|were|be) no\b(?! (?:longer|more|less|fewer|doubt|matter)\b)": (
        '"is not a ...", "must be a ...", "invalid"'
    ),
    r"\b(?:stands?|stood) (?:in|there|beside|behind|above|below|for itself)\b": (
        '"is listed in", "is stored in", "is recorded in"'
    ),
    r"\bmend(?:s|ed|ing)?\b": '"fix", "repair"',
    r"\bnobody\b": "name who acts, or use the passive voice",
    r"\bwhoever\b": '"anyone who", or name the actor',
    r"\bby heart\b": '"overfitted"',
    r"\bfor want of\b": '"because there are no ..."',
    r"\bmilliards?\b": '"billion"',
    r"\bwhat was started\b": '"the run"',
    r"\b(?:tak(?:e|es|en|ing)|took)(?: \w+)? away\b": '"tear down", "delete", "remove"',
    r"\btold so\b": '"fails fast", "is rejected"',
    r"\b(?:says|knows|needs) not\b": '"does not say"',
    r"\bhow good it is\b|\bwhere it is weak\b|\bwhat it leans on\b": (
        '"Performance", "Weak segments", "Feature importance"'
    ),
    r"\bwrong use\b": '"usage error"',
    r"\bnot there\b": '"not found", "not supported", "missing"',
    r"\bdo without it\b": '"is not supported"',
    r"\brooms\b|\b(?:each|every) room\b": '"package", "folder"',
}


@dataclass(frozen=True)
class _Exception:
    """Text that is right although it matches."""

    file: str
    text: str
    reason: str


_EXCEPTIONS: tuple[_Exception, ...] = ()
_MOST_EXCEPTIONS = 20


def _files(root: str) -> list[Path]:
    place = ROOT / root
    if place.is_file():
        return [place]
    return [path for path in sorted(place.rglob("*")) if path.suffix in _SUFFIXES]


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    """(line, text) of what users may read in a file."""
    content = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield from _literals(ast.parse(content))
    else:
        yield 1, content


def _literals(node: ast.AST) -> Iterator[tuple[int, str]]:
    """All string literals; values within an f-string are `{}`, so that its sentence stays whole."""
    if isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        yield node.lineno, "".join(map(str, parts))
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield from _literals(part.value)
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.lineno, node.value
    else:
        for child in ast.iter_child_nodes(node):
            yield from _literals(child)


def _found(path: Path) -> Iterator[tuple[str, str]]:
    """(matched text, message) of every phrase in a file."""
    name = path.relative_to(ROOT).as_posix()
    for line, text in _texts(path):
        flat = re.sub(r"\s", " ", text)  # keeps positions, and a phrase may span lines
        for pattern, better in _PHRASES.items():
            for match in re.finditer(pattern, flat, re.IGNORECASE):
                at = line + text.count("\n", 0, match.start())
                around = flat[max(0, match.start() - 30) : match.end() + 30].strip()
                yield match[0], f"{name}:{at}: ...{around}...; write {better}"


def _excused(path: Path) -> set[str]:
    name = path.relative_to(ROOT).as_posix()
    return {entry.text.lower() for entry in _EXCEPTIONS if entry.file == name}


@pytest.mark.parametrize("root", _ROOTS)
def test_user_facing_text_is_idiomatic(root: str) -> None:
    files = _files(root)
    assert files, f"{root} has no text"
    found = [
        message
        for path in files
        for text, message in _found(path)
        if text.lower() not in _excused(path)
    ]
    assert not found, "\n".join(found)


def test_there_are_few_exceptions_and_each_is_needed() -> None:
    assert len(_EXCEPTIONS) <= _MOST_EXCEPTIONS
    for entry in _EXCEPTIONS:
        texts = {text.lower() for text, _ in _found(ROOT / entry.file)}
        assert entry.text.lower() in texts, f"{entry.file} no longer has {entry.text!r}"
        assert entry.reason


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ('"""The bytes are no Parquet file."""', "are no"),
        ('f"{path} is no JSON object."', "is no"),
        ('print(f"Stop {name}; " "what was\\nstarted goes on")', "what was started"),
        ("raise E(f\"{f('nobody')}\")", "nobody"),
        ('x = "It stands in metrics.json"', "stands in"),
        ('x = "Take it away"', "Take it away"),
    ],
)
def test_a_phrase_in_a_literal_is_found(tmp_path: Path, code: str, text: str) -> None:
    literals = [re.sub(r"\s", " ", literal) for _, literal in _literals(ast.parse(code))]
    matches = {
        match[0]
        for literal in literals
        for pattern in _PHRASES
        for match in re.finditer(pattern, literal, re.IGNORECASE)
    }
    assert matches == {text}


@pytest.mark.parametrize(
    "text",
    [
        "There is no model.",
        "if there are no rows",
        "It is no longer live.",
        "The rows are no more than 10.",
        "# nobody",
    ],
)
def test_idiomatic_text_and_comments_pass(text: str) -> None:
    literals = _literals(ast.parse(text if text.startswith("#") else repr(text)))
    flat = [literal for _, literal in literals]
    assert not any(
        re.search(pattern, literal, re.IGNORECASE) for literal in flat for pattern in _PHRASES
    )
