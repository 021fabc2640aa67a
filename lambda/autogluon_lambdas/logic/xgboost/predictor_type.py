"""Register predictors of SageMaker's built-in XGBoost."""

from autogluon_contracts.predictor_types.xgboost import predictor_type as rules
from autogluon_lambdas.logic.built_in.planned import PlannedAlgorithm
from autogluon_lambdas.logic.predictor_types import PredictorType

PREDICTOR_TYPE: PredictorType = PlannedAlgorithm(rules.PREDICTOR_TYPE)
