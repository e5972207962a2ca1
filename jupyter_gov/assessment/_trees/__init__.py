"""SHAP values of trees, exact and fast."""
