"""The families of candidates that a search can try, each a whole pipeline."""

from automl.families.balancing import BalancedClassifier
from automl.families.candidates import families_of, fit_candidate
from automl.families.family import Family, LabelledKind
from automl.families.prediction import predict
from automl.families.targets import LogTargetRegressor, PlainTargetRegressor, TwoPartRegressor

__all__ = [
    "BalancedClassifier",
    "Family",
    "LabelledKind",
    "LogTargetRegressor",
    "PlainTargetRegressor",
    "TwoPartRegressor",
    "families_of",
    "fit_candidate",
    "predict",
]
