"""Numbers about models: metric functions, scorers, cross-validation, and the predictions behind them."""
