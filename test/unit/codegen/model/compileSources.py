"""Compiles Python sources without running them. stdin: JSON list; stdout: JSON, the docstring of each, null for what does not compile."""
import ast
import json
import sys


def docstring(source):
    try:
        compile(source, 'generated.py', 'exec')
    except SyntaxError:
        return None
    return ast.get_docstring(ast.parse(source), clean=False)


json.dump([docstring(source) for source in json.load(sys.stdin)], sys.stdout)
