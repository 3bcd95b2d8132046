"""The library's reference, from its source: signatures as they are written, and docstrings."""

import ast
from importlib.util import find_spec
from pathlib import Path

import dtlens

HEAD = """\
# Reference

Every name of `import dtlens`, from its docstring; `python -m dtlens.library` writes this page.
[library.md](library.md) shows them at work.

`Windows` are what a model sees: tensors of some windows of timesteps, as `scene`, `window` and
`bank` give them. A `Policy` is a model, with the hooks that are on it, or what `ablate` gives.
Settings are those of params.yaml, found here, in a folder above, or where dtlens comes from.
"""
Definition = ast.FunctionDef | ast.ClassDef


def reference() -> str:
    """The page, in Markdown."""
    return "\n".join([HEAD, *(section(name, definition(name)) for name in dtlens.__all__)])


def definition(name: str) -> Definition:
    """Where a name of the library is defined."""
    spec = find_spec(f"dtlens.{dtlens.HOME[name]}")
    assert spec and spec.origin
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    (found,) = (node for node in tree.body if isinstance(node, Definition) and node.name == name)
    return found


def methods(node: Definition) -> list[ast.FunctionDef]:
    """What is public of a class; of a function nothing."""
    own = [each for each in node.body if isinstance(each, ast.FunctionDef)]
    public = [each for each in own if each.name == "__call__" or not each.name.startswith("_")]
    return public if isinstance(node, ast.ClassDef) else []


def section(name: str, node: Definition) -> str:
    """A name's heading, signature, docstring, and its methods'."""
    if isinstance(node, ast.ClassDef):
        head = f"class {name}({', '.join(map(ast.unparse, node.bases))})".removesuffix("()")
    else:
        head = signature(name, node)
    text = [f"## {name}\n", f"```python\n{head}\n```\n", said(node)]
    for method in methods(node):
        called = "model" if method.name == "__call__" else f".{method.name}"
        is_property = any(ast.unparse(each) == "property" for each in method.decorator_list)
        head = called if is_property else signature(called, method)
        text += [f"```python\n{head}\n```\n", said(method)]
    return "\n".join(text)


def signature(name: str, node: ast.FunctionDef) -> str:
    """As it is written, without `self`."""
    arguments = ast.unparse(node.args).removeprefix("self").removeprefix(", ")
    assert node.returns
    return f"{name}({arguments}) -> {ast.unparse(node.returns).strip(chr(39))}"


def said(node: Definition) -> str:
    """The docstring, as a paragraph or more."""
    return (ast.get_docstring(node) or "") + "\n"
