"""The control: each rule finds the fault that it is there for, and lets the right thing pass."""

import textwrap

import pytest

from tests.meta import rules
from tests.meta.rules import RULES, Rule, Source, lock_without_index, no_machine_of_ours

DOCSTRING = '"""A file."""\n'
LONG = "def f():\n" + "    x = 1\n" * 60

BAD = [
    (rules.short_functions, "src/tenor/domain/a.py", LONG),
    (rules.short_files, "src/tenor/domain/a.py", "x = 1\n" * 401),
    (rules.few_parameters, "src/tenor/domain/a.py", "def f(a, b, c, *, d, e, f, g): ..."),
    (rules.few_parameters, "src/tenor/domain/a.py", "class A:\n    def f(self, a, b, c, d, e, f, g): ..."),
    (rules.early_imports, "src/tenor/usecases/a.py", "def f():\n    from tenor.db import models"),
    (rules.early_imports, "src/tenor/usecases/a.py", "def f():\n    import tenor.db.models"),
    (rules.early_imports, "src/tenor/usecases/a.py", "def f():\n    import_module('tenor.db')"),
    (rules.early_imports, "src/tenor/usecases/a.py", "def f():\n    importlib.import_module(name)"),
    (rules.exact_numbers, "src/tenor/domain/a.py", "x = 0.9"),
    (rules.exact_numbers, "src/tenor/domain/changes/a.py", "x = round(y)"),
    (rules.exact_numbers, "src/tenor/domain/a.py", "def f(x: float): ..."),
    (rules.reading_faces, "src/tenor/portal/a.py", "Order.objects.create(x=1)"),
    (rules.reading_faces, "src/tenor/api/v1/a.py", "order.save()"),
    (rules.reading_faces, "src/tenor/console/a.py", "Order.objects.filter(x=1).update(x=2)"),
    (rules.told_files, "src/tenor/domain/a.py", "x = 1"),
]
GOOD = [
    (rules.short_functions, "src/tenor/domain/a.py", "def f():\n" + "    x = 1\n" * 59),
    (rules.short_functions, "src/tenor/db/migrations/0001_initial.py", LONG),
    (rules.short_files, "src/tenor/domain/a.py", "x = 1\n" * 400),
    (rules.few_parameters, "src/tenor/domain/a.py", "class A:\n    def f(self, a, b, c, d, e, f): ..."),
    (rules.early_imports, "src/tenor/usecases/a.py", "from tenor.db import models\ndef f():\n    import json"),
    (rules.early_imports, "src/tenor/cli/bootstrap.py", "def f():\n    import_module(name)"),
    (rules.exact_numbers, "src/tenor/gateways/a.py", "x = round(0.9)"),
    (rules.exact_numbers, "src/tenor/domain/a.py", "x = Fraction(9, 10)"),
    (rules.reading_faces, "src/tenor/usecases/a.py", "order.save()"),
    (rules.told_files, "src/tenor/domain/__init__.py", ""),
    (rules.told_files, "src/tenor/domain/a.py", DOCSTRING),
]


@pytest.mark.parametrize(("rule", "path", "text"), BAD)
def test_a_fault_is_found(rule: Rule, path: str, text: str) -> None:
    assert rule(Source.of(path, textwrap.dedent(text)))


@pytest.mark.parametrize(("rule", "path", "text"), GOOD)
def test_what_is_right_passes(rule: Rule, path: str, text: str) -> None:
    assert rule(Source.of(path, textwrap.dedent(text))) == []


def test_no_rule_goes_without_its_control() -> None:
    assert {rule for rule, _, _ in BAD} == {rule for rule, _, _ in GOOD} == set(RULES)


@pytest.mark.parametrize("place", ["root/.cache", "home/ann/tenor", "Users/ann", "work/tenor"])
def test_a_place_on_a_machine_is_found(place: str) -> None:
    assert no_machine_of_ours("docs/a.md", f"see /{place}/x")
    assert no_machine_of_ours("docs/a.md", "see docs/root/x and /var/lib/x") == []


@pytest.mark.parametrize("line", ["--index-url x", "--find-links x", "-i x", "django @ https" + "://x/y.whl"])
def test_an_index_in_the_lock_is_found(line: str) -> None:
    assert lock_without_index("requirements.lock", line)
    assert lock_without_index("requirements.lock", "httpx==0.28.1 \\\n    --hash=sha256:00") == []
