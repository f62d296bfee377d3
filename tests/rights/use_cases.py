"""Which use cases there are, and which of them write: read from the sources, so that none is forgotten."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import salesdesk

ROOT = Path(salesdesk.__file__).parent
FOLDERS = ("team", "base", "desk", "lead")
_WRITES = frozenset(
    {"Journal", "insert", "update", "delete", "insert_into", "play_back", "add_missing_row", "put_row"}
)
_OF_A_SESSION = frozenset({"add", "merge", "delete"})


@dataclass
class Code:
    """A function or a class: whether it is a use case, what it calls by name, whether it writes by itself."""

    use_case: bool = False
    calls: set[str] = field(default_factory=set)
    writes: bool = False


def writing_use_cases() -> set[str]:
    """Give the use cases that write, by their dotted names below the package."""
    known = dict(_all_code())
    writing = {name for name, code in known.items() if code.writes}
    while more := {name for name, code in known.items() if name not in writing and code.calls & writing}:
        writing |= more
    return {name for name in writing if known[name].use_case}


def _all_code() -> Iterator[tuple[str, Code]]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            tree = ast.parse(path.read_text(encoding="utf-8"))
            names = _names(tree, module)
            for node in tree.body:
                if isinstance(node, ast.FunctionDef | ast.ClassDef):
                    yield f"{module}.{node.name}", _code(node, names)
                elif isinstance(node, ast.Assign):  # a statement that is made once
                    for target in node.targets:
                        if isinstance(target, ast.Name):
                            yield f"{module}.{target.id}", _code(node, names)


def _names(tree: ast.Module, module: str) -> dict[str, str]:
    """Tell what the names of a module stand for: its own, and those that it imports."""
    names = {node.name: f"{module}.{node.name}" for node in tree.body if hasattr(node, "name")}
    made = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
    names |= {target.id: f"{module}.{target.id}" for target in made if isinstance(target, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("salesdesk."):
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module.removeprefix('salesdesk.')}.{alias.name}"
    return names


def _code(node: ast.stmt, names: dict[str, str]) -> Code:
    found = Code()
    if isinstance(node, ast.FunctionDef):
        first = [argument.arg.lstrip("_") for argument in node.args.args[:2]]
        found.use_case = first == ["session", "context"] and not node.name.startswith("_")
    for call in ast.walk(node):
        if isinstance(call, ast.Name) and call.id in names:
            found.calls.add(names[call.id])
        if isinstance(call, ast.Attribute) and isinstance(call.value, ast.Name) and call.value.id in names:
            found.calls.add(f"{names[call.value.id]}.{call.attr}")
        if isinstance(call, ast.Call):
            found.writes = found.writes or _is_write(call.func)
    return found


def _is_write(called: ast.expr) -> bool:
    if isinstance(called, ast.Name):
        return called.id in _WRITES
    if not isinstance(called, ast.Attribute):
        return False
    of_session = isinstance(called.value, ast.Name) and called.value.id == "session"
    return called.attr in _OF_A_SESSION and of_session
