"""The document as one HTML page that loads nothing else."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from html import escape
from typing import Any, Final

import msgspec

from service.http.declared.parameter import Schema

__all__ = ["POLICY", "page"]

_STYLE: Final = """
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent) }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem }
code, pre { font: 14px/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
pre { overflow-x: auto; padding: .75rem; border: 1px solid var(--line); white-space: pre-wrap }
article { border-top: 1px solid var(--line); padding: .5rem 0 }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0 }
summary { cursor: pointer }
.method { font-weight: 700; display: inline-block; min-width: 4.5rem }
"""
POLICY: Final = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    f"img-src data:; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'"
)
"""The content security policy of the page."""
_REFERENCE = re.compile(r"&quot;#/components/schemas/([A-Za-z._-]+)&quot;")


def page(shown: Mapping[str, Any]) -> bytes:
    """The document as HTML, without scripts, fonts and pictures; its style is inline."""
    address = escape(shown["servers"][0]["url"].rstrip("/") + "/openapi.json")
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8"><title>onrecord: interface</title>',
        '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">',
        f"<style>{_STYLE}</style></head><body><main>",
        f"<h1>onrecord {escape(shown['info']['version'])}</h1>",
        f"<p>{escape(shown['info']['summary'])} ",
        f'For programs: <a href="{address}">{address}</a>. ',
        "HEAD works wherever GET does. Every answer has these headers:</p><ul>",
        *(
            f"<li>{escape(name)}: {escape(header['description'])}</li>"
            for name, header in shown["components"]["headers"].items()
        ),
        "</ul>",
    ]
    for tag in shown["tags"]:
        parts.append(f"<h2>{escape(tag['name'])}</h2>")
        for path, methods in shown["paths"].items():
            for method, operation in methods.items():
                if method != "head" and tag["name"] in operation["tags"]:
                    parts += _operation(path, method, operation)
    parts.append("<h2>Schemas</h2>")
    for name, schema in sorted(shown["components"]["schemas"].items()):
        parts.append(
            f'<details id="{escape(name)}"><summary><code>{escape(name)}</code></summary>'
            f"{_schema(schema)}</details>"
        )
    parts.append("</main></body></html>\n")
    return "\n".join(parts).encode()


def _operation(path: str, method: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f'<article id="{escape(operation["operationId"])}">'
    yield f'<h3><code><span class="method">{method.upper()}</span> {escape(path)}</code></h3>'
    yield f"<p>{escape(operation['summary'])}.</p>"
    if operation["parameters"]:
        yield "<details><summary>Parameters</summary><table>"
        for parameter in operation["parameters"]:
            need = ", required" if parameter["required"] else ""
            yield (
                f"<tr><td><code>{escape(parameter['name'])}</code></td>"
                f"<td>{parameter['in']}{need}</td><td>{escape(parameter['description'])}"
                f"<br><code>{escape(_plain(parameter['schema']))}</code></td></tr>"
            )
        yield "</table></details>"
    if "requestBody" in operation:
        content = next(iter(operation["requestBody"]["content"].values()))
        yield f"<details><summary>Body</summary>{_schema(content['schema'])}"
        for example in content["examples"].values():
            yield f"<p>For example:</p>{_schema(example['value'])}"
        yield "</details>"
    yield "<details><summary>Answers</summary><table>"
    for status, response in operation["responses"].items():
        words = escape(response["description"])
        yield f"<tr><td>{status}</td><td>{words}{_content(response)}</td></tr>"
    yield "</table></details></article>"


def _content(response: dict[str, Any]) -> str:
    own = {n: h for n, h in response["headers"].items() if "$ref" not in h}
    lines = [f"<br>{escape(name)}: {escape(own[name]['description'])}" for name in own]
    for media_type, content in response.get("content", {}).items():
        lines.append(f"<br>{escape(media_type)} {_linked(_plain(content['schema']))}")
    return "".join(lines)


def _plain(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _schema(schema: Schema) -> str:
    return f"<pre>{_linked(msgspec.json.format(msgspec.json.encode(schema)).decode())}</pre>"


def _linked(text: str) -> str:
    """The text as HTML, with each reference to a schema as a link to it."""
    code = escape(text)
    linked = _REFERENCE.sub(r'&quot;<a href="#\1">\1</a>&quot;', code)
    return linked if "\n" in text else f"<code>{linked}</code>"
