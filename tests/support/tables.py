"""Reads the tables of docs/domain/ pages, so that every row printed there is also a test."""

from pathlib import Path

from tenor.domain.money import Money

PAGES = Path(__file__).parents[2] / "docs" / "domain"


def rows(page: str, heading: str) -> list[dict[str, str]]:
    """The rows of the first Markdown table under `heading` of docs/domain/<page>.md, each as column name -> cell.

    `heading` is its text without the #s. Backticks and the stars of bold text are taken off the cells.
    Raises LookupError where the page has no such heading, or no table with a row before the next heading.
    """
    lines = _section((PAGES / f"{page}.md").read_text(encoding="utf-8").splitlines(), heading)
    table = [_cells(line) for line in lines if line.startswith("|")]
    if len(table) < 3:
        raise LookupError(f"no table with rows under {heading!r} in docs/domain/{page}.md")
    names, body = table[0], table[2:]
    return [dict(zip(names, cells, strict=True)) for cells in body]


def ids(found: list[dict[str, str]], *columns: str) -> list[str]:
    """A readable name for each row as a test case: the cells of these columns (default: the first)."""
    return [" ".join(row[name] for name in columns) if columns else next(iter(row.values())) for row in found]


def amount(cell: str, currency: str) -> Money:
    """Money from a cell such as "1,055.74" or "-0.33"."""
    return Money.of(cell.replace(",", ""), currency)


def _section(lines: list[str], heading: str) -> list[str]:
    """The lines under a heading, up to the next heading of any level; tables of one section end at an empty line."""
    start = next((i for i, line in enumerate(lines) if _is_heading(line) and line.lstrip("# ") == heading), None)
    if start is None:
        raise LookupError(f"no heading {heading!r}")
    found: list[str] = []
    for line in lines[start + 1 :]:
        ended = found and found[-1].startswith("|") and not line.startswith("|")
        if ended or _is_heading(line):
            break
        found.append(line)
    return found


def _is_heading(line: str) -> bool:
    return line.startswith("#")


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("*`") for cell in line.strip().strip("|").split("|")]
