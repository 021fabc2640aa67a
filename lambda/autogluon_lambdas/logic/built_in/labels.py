"""Judge the cells of a label by what an algorithm can learn."""

from autogluon_lambdas.logic.built_in.plain_rows import LabelProblem


def label_problem(problem_type: str, classes: int | None) -> LabelProblem:
    """Return what judges the text of a label, which is a number or empty.

    A label of two classes is 0 or 1, of several 0, 1, ... (XGBoost's documents, `objective`;
    SageMaker's developer guide, "Linear Learner Algorithm"); None: it is any number.
    """
    if classes is None:
        return _present
    allowed = "0 or 1" if classes == 2 else f"a whole number from 0 to {classes - 1}"
    known = {str(number) for number in range(classes)}

    def judge(text: str) -> str | None:
        if text in known:
            return None
        if text == "":
            return _present(text)
        value = float(text)
        is_class = value.is_integer() and 0 <= value < classes
        return None if is_class else f"problem_type '{problem_type}' needs {allowed}"

    return judge


def _present(text: str) -> str | None:
    return "the algorithm learns from rows with a label alone" if text == "" else None
