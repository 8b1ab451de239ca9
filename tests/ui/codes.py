"""Reads from the sources which codes there are, so that none stays without words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import tenor
from tenor.domain.tax import NOT_KNOWN

PACKAGE = Path(tenor.__file__).parent
LAYERS = ("domain", "db", "usecases", "portal", "worker")


def trees(*folders: str) -> Iterator[ast.Module]:
    """The syntax trees of the files in these folders of the package."""
    for folder in folders:
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            yield ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """The calls of functions (or classes) of these names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in names:
                yield node


def strings(node: ast.AST | None) -> set[str]:
    """The strings an argument may be: itself, or the two sides of an `a if b else c`."""
    match node:
        case ast.Constant(value=str() as text):
            return {text}
        case ast.IfExp():
            return strings(node.body) | strings(node.orelse)
        case _:
            return set()


def argument(call: ast.Call, place: int, name: str = "") -> ast.expr | None:
    """An argument by its place or its name."""
    named = next((keyword.value for keyword in call.keywords if keyword.arg == name), None)
    return named or (call.args[place] if len(call.args) > place else None)


def keys(node: ast.AST | None) -> set[str]:
    """The keys of the dictionaries written out in a piece of code."""
    found = (sub for sub in ast.walk(node) if isinstance(sub, ast.Dict)) if node else iter(())
    return {key for each in found for part in each.keys if part for key in strings(part)}


def refusals() -> dict[str, list[set[str] | None]]:
    """Every code of a `Refusal`, with the facts of each place that raises it (None: not written out there)."""
    found: dict[str, list[set[str] | None]] = {}
    for tree in trees(*LAYERS):
        for call in calls(tree, "Refusal"):
            facts = argument(call, 1, "facts")
            for code in strings(argument(call, 0, "code")):
                found.setdefault(code, []).append(keys(facts) if isinstance(facts, ast.Dict) else None)
    return found


def reasons() -> set[str]:
    """Every code of a `Reason`."""
    named = ("SubscriptionRow", "AccountRow", "Reason", "reason_of")
    return {
        code for tree in trees("domain") for call in calls(tree, *named) for code in strings(argument(call, 0, "code"))
    }


def remedies() -> set[str]:
    """Every code of a `Remedy`."""
    return {
        code
        for tree in trees("domain")
        for call in calls(tree, "Remedy")
        for code in strings(argument(call, 0, "code"))
    }


def facts_of_rules() -> dict[str, set[str]]:
    """Every function of the eligibility rules, by name, with the facts it may give."""
    return {
        node.name: keys(node)
        for tree in trees("domain/eligibility")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }


def differences() -> set[str]:
    """Every code of a `Difference`."""
    return {
        code
        for tree in trees("domain")
        for call in calls(tree, "Difference")
        for code in strings(argument(call, 0, "code"))
    }


def explanations() -> set[str]:
    """Every rule of an `Explanation`: given to it, or to the one helper that makes it."""
    made = {
        rule
        for tree in trees("domain")
        for call in calls(tree, "Explanation", "_published")
        for rule in strings(argument(call, 0, "rule"))
    }
    return made | _assigned("rule", "domain/pricing.py")


def tax_rules() -> set[str]:
    """Every rule of a `TaxDecision`."""
    tree = ast.parse((PACKAGE / "domain/tax.py").read_text(encoding="utf-8"))
    places = {"_taxed": 4, "TaxDecision": 3}
    given = {
        rule
        for name, place in places.items()
        for call in calls(tree, name)
        for rule in strings(argument(call, place, "rule"))
    }
    return given | _assigned("rule", "domain/tax.py") | {NOT_KNOWN}


def waiting() -> set[str]:
    """Every code that an order's `waiting_for` gets."""
    found = {code for tree in trees("usecases") for call in calls(tree, "hold_order") for code in strings(call.args[2])}
    for path in sorted((PACKAGE / "usecases").glob("*.py")):
        found |= _assigned("waiting_for", f"usecases/{path.name}")
    return found - {""}


def told(*names: str, place: int) -> set[str]:
    """The kinds given to `tell` or `Letter`; a kind with a state in it as "order_*"."""
    found = set[str]()
    for tree in trees("usecases"):
        for call in calls(tree, *names):
            node = call.args[place]
            found |= strings(node)
            if isinstance(node, ast.JoinedStr):
                found.add("".join(strings(node.values[0])) + "*")
        if "tell" in names:
            found |= {"".join(strings(node.values[0])) + "*" for node in _kinds_made(tree)}
    return found


def _kinds_made(tree: ast.AST) -> Iterator[ast.JoinedStr]:
    """`kind = f"subscription_{status}"` before the call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.JoinedStr):
            names = {target.id for target in node.targets if isinstance(target, ast.Name)}
            yield from [node.value] if "kind" in names else []


def _assigned(name: str, path: str) -> set[str]:
    """The strings that a variable or an attribute of that name is set to in one file."""
    found = set[str]()
    for node in ast.walk(ast.parse((PACKAGE / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                found |= _of_target(name, target, node.value)
    return found


def _of_target(name: str, target: ast.expr, value: ast.expr) -> set[str]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        pairs = zip(target.elts, value.elts, strict=True)
        return {text for part, each in pairs for text in _of_target(name, part, each)}
    is_it = getattr(target, "id", getattr(target, "attr", "")) == name
    return strings(value) if is_it else set()
