"""Counts, inside a kernel that nothing tracks, which fits and metrics the user's own code calls.

It shares nothing with the observers: Python itself tells of every call (`sys.setprofile`), and what counts is that the
frame that called is code of a cell. The source below is executed in the kernel.
"""

VALIDATION = (
    "cross_val_predict", "cross_val_score", "cross_validate", "learning_curve", "permutation_test_score",
    "validation_curve",
)  # fmt: skip

SOURCE = f'''
def _oracle():
    import collections, re, sys, threading

    FITS = {{"fit", "fit_transform", "fit_predict", "partial_fit"}}
    VALIDATION = {VALIDATION!r}
    METRIC = re.compile(r"_(score|error|loss|deviance|gain|coef|coefficient|matrix|report)$")
    INNER = ("fit_method", "func", "f", "fn")
    counts = collections.Counter()

    def called(frame):
        """Return the name, the module and the first argument of the function that a frame runs."""
        code, local = frame.f_code, frame.f_locals
        name, module = code.co_name, frame.f_globals.get("__name__", "")
        if name in ("wrapper", "wrapped", "inner_f"):
            for key in INNER:
                if callable(local.get(key)):
                    name, module = local[key].__name__, local[key].__module__
                    break
        first = local.get(code.co_varnames[0]) if code.co_argcount else None
        if first is None and code.co_flags & 0x04 and code.co_argcount == 0:
            rest = local.get(code.co_varnames[code.co_kwonlyargcount], ())
            first = rest[0] if rest else None
        return name, str(module), first

    def is_within(frame, fitted):
        """Say whether `fitted` is being fitted already: `super().fit()` is part of that."""
        while frame is not None:
            if called(frame)[2] is fitted and called(frame)[0] in FITS:
                return True
            frame = frame.f_back
        return False

    def watch(frame, event, _):
        if event != "call" or frame.f_back is None or "ipykernel_" not in frame.f_back.f_code.co_filename:
            return
        name, module, first = called(frame)
        kind = type(first)
        if name in FITS and hasattr(kind, "fit") and not isinstance(first, type) and not is_within(frame.f_back, first):
            counts["fit", kind.__module__ + "." + kind.__qualname__] += 1
        elif name == "score" and hasattr(kind, "fit") and not isinstance(first, type):
            counts["score", "score"] += 1
        elif name in VALIDATION and module.startswith("sklearn."):
            counts["validation", name] += 1
        elif module.startswith("sklearn.metrics") and METRIC.search(name) and not name.startswith("_"):
            counts["metric", name] += 1

    threading.setprofile(watch)
    sys.setprofile(watch)
    return counts

_oracle_counts = _oracle()
del _oracle
'''

RESULT = """
import sys as _sys, json as _json
_sys.setprofile(None)
print(_json.dumps([[*key, count] for key, count in sorted(_oracle_counts.items())]))
"""
