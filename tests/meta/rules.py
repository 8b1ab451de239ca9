"""The rules of the house that no linter knows: each looks at one file, says where it is broken and why it stands."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FUNCTION = 60
LONGEST_FILE = 400
MOST_PARAMETERS = 6

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the root of the checkout, with forward slashes, and its text."""

    path: str
    text: str
    tree: ast.Module = field(compare=False)

    @classmethod
    def of(cls, path: str, text: str) -> "Source":
        """Raises SyntaxError."""
        return cls(path, text, ast.parse(text))

    def functions(self) -> Iterator[Function]:
        """All of them, nested ones and methods included."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def at(self, node: ast.AST, words: str) -> str:
        """A fault's place and words, clickable in most terminals."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}: {words}"


Rule = Callable[[Source], list[str]]


def short_functions(source: Source) -> list[str]:
    """What doesn't fit on a screen isn't read. (Migrations are lists, and are generated.)"""
    if "/migrations/" in source.path:
        return []
    return [
        source.at(function, f"{function.name} has {length} lines, more than {LONGEST_FUNCTION}: name its parts")
        for function in source.functions()
        if (length := (function.end_lineno or function.lineno) - function.lineno + 1) > LONGEST_FUNCTION
    ]


def short_files(source: Source) -> list[str]:
    """A file has one subject. More lines than this are mostly two."""
    length = source.text.count("\n")
    if "/migrations/" in source.path or length <= LONGEST_FILE:
        return []
    return [f"{source.path}: {length} lines, more than {LONGEST_FILE}: it holds two subjects"]


def few_parameters(source: Source) -> list[str]:
    """More parameters than a hand can hold: some of them are a value that has no name yet."""
    return [
        source.at(function, f"{function.name} takes {count} parameters, more than {MOST_PARAMETERS}: name a value")
        for function in source.functions()
        if source.path.startswith("src/") and (count := len(_parameters(function))) > MOST_PARAMETERS
    ]


def early_imports(source: Source) -> list[str]:
    """An import of our own code inside a function hides a cycle of imports. Only the bootstrap has to do it."""
    if source.path == "src/tenor/cli/bootstrap.py":
        return []
    words = "imports our own code inside a function: break the cycle instead"
    return [
        source.at(node, words) for function in source.functions() for node in ast.walk(function) if _imports_ours(node)
    ]


def exact_numbers(source: Source) -> list[str]:
    """Money is counted in whole minor units and exact fractions, and rounded by one function, half away from zero.

    `round()` rounds half to even, and a float is not the number that was written: 0.1 + 0.2 is not 0.3.
    """
    if not source.path.startswith("src/tenor/domain/"):
        return []
    return [source.at(node, words) for node in ast.walk(source.tree) if (words := _inexact(node))]


def reading_faces(source: Source) -> list[str]:
    """Faces show and ask; every write is a use case, so that it is locked, checked and recorded in one place.

    `.update()` of a dictionary is caught, too: write `|=`.
    """
    if not re.match(r"src/tenor/(portal|console|api)/", source.path):
        return []
    writes = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
    return [
        source.at(node, f".{node.func.attr}() in a face: writes are use cases")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in writes
    ]


def told_files(source: Source) -> list[str]:
    """Every file says in its first line what it is. (An empty one has nothing to say.)"""
    if not source.text.strip() or ast.get_docstring(source.tree):
        return []
    return [f"{source.path}:1: no docstring says what this file is"]


RULES: tuple[Rule, ...] = (
    short_functions,
    short_files,
    few_parameters,
    early_imports,
    exact_numbers,
    reading_faces,
    told_files,
)

PLACES = re.compile(
    r"(?<![\w.>)])/(?:root|work|Users|home)/[\w.]"  # not the tail of a longer path
    r"|file:/{2}|://(?:10|192\.168)\.\d"
)


def no_machine_of_ours(path: str, text: str) -> list[str]:
    """What is true on one machine only (its folders, its hosts) has no place in a file that others clone."""
    return [
        f"{path}:{number}: {found.group()!r} is a place on somebody's machine"
        for number, line in enumerate(text.splitlines(), start=1)
        if (found := PLACES.search(line))
    ]


def lock_without_index(path: str, text: str) -> list[str]:
    """The lock says what is installed, never where from: that is for whoever installs to choose."""
    return [
        f"{path}:{number}: {line.strip()!r} names an index"
        for number, line in enumerate(text.splitlines(), start=1)
        if line.startswith("-") or "://" in line
    ]


def sources() -> list[Source]:
    """All Python files of ours."""
    folders = ("src", "tests", "benchmarks", "scripts")
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return [Source.of(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths]


def _parameters(function: Function) -> list[str]:
    parts = function.args
    names = [
        part.arg for part in (*parts.posonlyargs, *parts.args, *parts.kwonlyargs, parts.vararg, parts.kwarg) if part
    ]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def _imports_ours(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(_is_ours(alias.name) for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return node.level > 0 or _is_ours(node.module or "")
    if isinstance(node, ast.Call) and _name(node.func) in ("import_module", "__import__") and node.args:
        first = node.args[0]
        return not isinstance(first, ast.Constant) or _is_ours(str(first.value))
    return False


def _is_ours(module: str) -> bool:
    return module.split(".")[0] in ("tenor", "tests")


def _inexact(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, float):
        return f"{node.value!r} is a float: an amount written so is not the amount meant"
    if isinstance(node, ast.Name) and node.id in ("float", "round"):
        return f"`{node.id}` in domain/: use money.py's one rounding and Fraction"
    return ""


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
