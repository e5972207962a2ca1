"""What the assessments that ship measure, to tell a measure that is misspelt in a policy."""

from __future__ import annotations

MEASURES = frozenset(
    """
    accuracy ambiguity any_column attribution_distance attribution_gap attribution_gap_share average_precision
    balanced_accuracy bayes_threshold best_threshold between_group_generalized_entropy_index
    between_group_mean_log_deviation between_group_theil_index brier_discrimination brier_miscalibration
    brier_score brier_skill_score brier_uncertainty calibration_in_the_large calibration_intercept
    calibration_slope churn class_imbalance coefficient_of_variation cohen_kappa_score columns columns_changed
    columns_without_reason confirmed_slices conflicting_labels confusion_matrix consistency constant_agreement
    cost_per_1000 count coverage_80 coverage_90 coverage_95 d2_absolute_error_score d2_log_loss_score
    debiased_calibration_error decision_violation_rate decisions_changed decisions_flipped
    decisions_flipped_by_one_column demographic_disparity demographic_parity diagnostic_odds_ratio
    difference_in_means difference_in_proportions_of_labels differential_fairness direction distance
    distinct_values domain_classifier_roc_auc drift drop_in_roc_auc duplicate_rows empty_sets_80 empty_sets_90
    empty_sets_95 equal_opportunity equalized_odds error_floor error_rate expected_calibration_error
    explained_variance f1 f1_macro f1_weighted f_beta_0.5 f_beta_2 false_discovery_rate
    false_negative_error_rate_balance false_negative_rate false_negatives false_negatives_per_false_positive
    false_omission_rate false_positive_error_rate_balance false_positive_rate false_positives found_slices
    fowlkes_mallows fragile_decisions gain generalized_entropy_index gini ice_falling ice_heterogeneity
    ice_monotone ice_rising impact_ratio informedness issues_error issues_info issues_warning jaccard_score
    jensen_shannon js_divergence kendall_rank_correlation kl_divergence kolmogorov_smirnov lift log_loss
    log_loss_discrimination log_loss_miscalibration log_loss_uncertainty lp_norm markedness matthews_corrcoef
    max_error maximum_calibration_error mean_abs_shap mean_absolute_change mean_absolute_error
    mean_absolute_percentage_error mean_change mean_cost mean_cost_all_negative mean_cost_all_positive
    mean_cost_bayes_threshold mean_cost_best_threshold mean_cost_best_threshold_held_out mean_error
    mean_log_deviation mean_output mean_prediction mean_score mean_score_deviation mean_set_size_80
    mean_set_size_90 mean_set_size_95 mean_squared_error mean_target mean_width_80 mean_width_90 mean_width_95
    median_absolute_error minimum_detectable_difference missing negative_likelihood_ratio
    negative_predictive_value new_levels no_usable_reason_rate observed_rate outliers output_gap
    overall_accuracy_equality part_of_smallest_change partial_dependence_range pearson_correlation
    positive_likelihood_ratio precision precision_macro precision_weighted predictive_parity prevalence psi r2
    rank_correlation rarest_class rebuild_roc_auc recall recall_macro response_rate roc_auc roc_auc_deviation
    roc_auc_ovo_macro roc_auc_ovr_macro roc_auc_ovr_weighted root_mean_squared_calibration_error
    root_mean_squared_error rows selected selection_rate several_sets_80 several_sets_90 several_sets_95
    share_of_rows single_sets_80 single_sets_90 single_sets_95 smallest_change spearman_correlation specificity
    spiegelhalter_z support surrogate_agreement surrogate_agreement_gain surrogate_r2 theil_index top_2_accuracy
    top_overlap total_cost total_variation_distance treatment_equality true_negative_rate true_negatives
    true_positive_rate true_positives unnamed_principal_factor_rate vanished_levels
    within_group_generalized_entropy_index within_group_mean_log_deviation within_group_theil_index
    """.split()  # noqa: SIM905 - a list of as many lines says no more
)
"""Names of measures; not all that there can be: some have a number in them, and sites have their own."""
