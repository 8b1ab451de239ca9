"""`tenor quote`: a self-service change as JSON in, its quote or its refusal as JSON out. No database, no settings."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from tenor.cli.quoting.answer import quote_as_json, refusal_as_json
from tenor.cli.quoting.question import BadInput, read, schema
from tenor.domain.planner import plan
from tenor.domain.refusals import Refusal

app = typer.Typer(add_completion=False)


@app.command()
def quote(
    file: Annotated[
        str, typer.Argument(help="The file to read; - or nothing for standard input.", show_default=False)
    ] = "-",
    show_schema: Annotated[bool, typer.Option("--schema", help="Print the input's JSON Schema and end.")] = False,
) -> None:
    """Reads account, offer, request and today's date as JSON, and writes what the change would charge and do.

    A refusal is an answer too, with every reason (exit code 0). Input that can't be read ends with a sentence that
    names the place of the fault (exit code 2). docs/quote-format.md describes the format.
    """
    if show_schema:
        _write(schema())
        return
    try:
        question = read(_bytes_of(file))
    except BadInput as bad:
        _give_up(str(bad))
    try:
        answer = quote_as_json(plan(question.state, question.offer, question.request, question.today, question.orders))
    except Refusal as refusal:
        answer = refusal_as_json(refusal)
    _write(answer)


def _bytes_of(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise BadInput(f"{file}: the file can't be read ({reason}).") from None


def _write(answer: dict[str, Any]) -> None:
    text = json.dumps(answer, indent=2, ensure_ascii=False)
    sys.stdout.buffer.write(text.encode() + b"\n")


def _give_up(sentence: str) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    raise typer.Exit(2)
