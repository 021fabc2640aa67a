"""Drive tabular predictors: `autogluon.tabular.TabularPredictor` on SageMaker."""
