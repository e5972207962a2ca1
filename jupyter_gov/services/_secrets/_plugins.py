"""The rules of detect-secrets that find secrets and few other things."""

from __future__ import annotations

import functools
import json
import re
import subprocess
import sys

from jupyter_gov.records._builtins import keep_builtins

from ._patterns import OWN
from ._rule import Rule

keep_builtins(globals())

# Not taken over: both entropy detectors and the keyword detector, which find digests, ids, images and parameters; the
# IP detector, whose finds are no secrets; Artifactory's and IBM Cloud IAM's, which find ordinary words and names; and
# those of JWT, npm, Telegram and private keys, which find a part of the secret only, or much else beside it.
_PLUGINS = {
    "aws.AWSKeyDetector": ("AWS access key", "aws akia asia abia acca a3t"),
    "azure_storage_key.AzureStorageKeyDetector": ("Azure account key", "accountkey"),
    "basic_auth.BasicAuthDetector": ("password in a connection string", "://"),
    "cloudant.CloudantDetector": ("Cloudant credentials", "cloudant"),
    "discord.DiscordBotTokenDetector": ("Discord token", "discord"),
    "github_token.GitHubTokenDetector": ("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_"),
    "gitlab_token.GitLabTokenDetector": ("GitLab token", "gl gr1348941"),
    "ibm_cos_hmac.IbmCosHmacDetector": ("IBM Cloud key", "secret"),
    "mailchimp.MailchimpDetector": ("Mailchimp key", "-us"),
    "openai.OpenAIDetector": ("OpenAI key", "t3blbkfj"),
    "pypi_token.PypiTokenDetector": ("PyPI token", "pypi-"),
    "sendgrid.SendGridDetector": ("SendGrid key", "sg."),
    "slack.SlackDetector": ("Slack token", "xox hooks.slack.com"),
    "softlayer.SoftlayerDetector": ("SoftLayer credentials", "softlayer"),
    "square_oauth.SquareOAuthDetector": ("Square secret", "sq0csp-"),
    "stripe.StripeDetector": ("Stripe key", "k_live_"),
    "twilio.TwilioKeyDetector": ("Twilio key", "twilio"),
}  # fmt: skip
_WHOLE = ("github_token", "gitlab_token")
"""Whose groups are only the beginning of the secret."""


_TELL = """
import importlib, json, sys
found = {}
for place in sys.argv[1:]:
    module, _, name = place.partition(".")
    plugin = getattr(importlib.import_module("detect_secrets.plugins." + module), name)
    found[place] = [(pattern.pattern, pattern.flags) for pattern in plugin.denylist]
print(json.dumps(found))
"""


@functools.cache
def rules() -> tuple[Rule, ...]:
    """Return all rules, those of detect-secrets included.

    It is asked in a process of its own: merely importing it redirects the importing program's warnings to a logger, so
    that a notebook would lose its own, and adds filters to them.

    Raises
    ------
    OSError, subprocess.SubprocessError
        If it cannot be asked.
    """
    asked = subprocess.run(  # noqa: S603 - our own text, with this very Python
        [sys.executable, "-I", "-c", _TELL, *_PLUGINS], capture_output=True, text=True, timeout=60, check=True,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    found = []
    for place, patterns in json.loads(asked.stdout).items():
        label, hints = _PLUGINS[place]
        for text, flags in patterns:
            pattern = re.compile(text, flags)
            group = 1 if pattern.groups and place.partition(".")[0] not in _WHOLE else 0
            found.append(Rule(label, tuple(hints.split()), pattern, group=group))
    return (*OWN, *found)
