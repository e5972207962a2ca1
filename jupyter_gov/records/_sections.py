"""The documentation sections that a model card expects."""

SECTIONS: dict[str, str] = {
    "purpose": "What is the model for, and what must it not be used for?",
    "business_context": "Which decision does it serve, who is affected, and what happened before it?",
    "data": "Where do the data come from, how were they selected, and what do they leave out?",
    "method": "Why this algorithm, these features and these settings?",
    "limitations": "Where is the model known or likely to be wrong?",
    "ethical_considerations": "Who could be harmed, how, and what is done about it?",
    "monitoring": "What will be watched after release, and who reacts?",
}
"""Sections that a model card expects, each with the question that it answers. Any other name is welcome too."""
