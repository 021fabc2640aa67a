"""Judge the cells of a label by what the algorithm can learn."""

from collections.abc import Mapping
from typing import Any

from autogluon_lambdas.logic.xgboost.plain_rows import LabelProblem


def label_problem(init_args: Mapping[str, Any], fit_args: Mapping[str, Any]) -> LabelProblem:
    """Return what judges the text of a label, which is a number or empty.

    A label of two classes is 0 or 1, of several 0, 1, ... (XGBoost's documents, `objective`).
    """
    problem_type = init_args["problem_type"]
    if problem_type == "regression":
        return _present
    count = 2 if problem_type == "binary" else int(fit_args["num_class"])
    allowed = "0 or 1" if count == 2 else f"a whole number from 0 to {count - 1}"
    known = {str(number) for number in range(count)}

    def judge(text: str) -> str | None:
        if text in known:
            return None
        if text == "":
            return _present(text)
        value = float(text)
        is_class = value.is_integer() and 0 <= value < count
        return None if is_class else f"problem_type '{problem_type}' needs {allowed}"

    return judge


def _present(text: str) -> str | None:
    return "the algorithm learns from rows with a label alone" if text == "" else None
