"""Our own rules of what a secret looks like."""

from __future__ import annotations

import base64
import json
import re

from jupyter_gov.records._builtins import keep_builtins

from ._names import SUFFIX, is_placeholder, is_secret, looks_real, may_be_token
from ._rule import Rule

keep_builtins(globals())


def _named(match: re.Match[str], value: str) -> bool:
    """Say whether the value belongs to a secret's name, of which the group ``word`` is only the end."""
    word = match.start("word")
    if "q" in match.groupdict() and re.match(r"\s*(?:[)\],;:+}]|$)", value):
        # A prompt, as in input("Password: "): the quote closes a text that began before.
        line = match.string[match.string.rfind("\n", 0, word) + 1 : match.start("q")]
        if line.count(match["q"]) % 2:
            return False
    before = re.search(r"[\w.-]*$", match.string[max(0, word - 60) : word])
    return is_secret((before[0] if before else "") + match["word"], value)


def _is_jwt(match: re.Match[str], _value: str) -> bool:
    try:
        head = match["head"]
        return isinstance(json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))), dict)
    except ValueError:
        return False


def _has_digit(_match: re.Match[str], value: str) -> bool:
    return any(c.isdigit() for c in value) and not is_placeholder(value)


def _is_mixed(_match: re.Match[str], value: str) -> bool:
    return _has_digit(_match, value) and any(c.isalpha() for c in value)


def _rule(label: str, hints: str, pattern: str, flags: int = 0, **more: object) -> Rule:
    return Rule(label, tuple(hints.split()), re.compile(pattern, flags), **more)  # type: ignore[arg-type]


# In a notebook's file or a representation, quotes are escaped.
_OPEN = r"""[rbfuRBFU]{0,2}(?P<q>\\*(?:\"\"\"|'''|"|'))"""
_QUOTED = _OPEN + r"(?P<secret>(?:(?!(?P=q))[^\n]){1,512}?)(?P=q)"
_ANY = r"""\\*["']"""
_WORD = (
    r"(?P<word>(?:password|passwd|passphrase|passcode|passwort|secret|credentials?|pass|pwd|pw|key(?:[_-]?id)?|token|"
    r"authorization|connection[_-]?string)" + SUFFIX + ")"
)
_BETWEEN = r"""(?:\\+[nr]|[\s"'+,\\])*"""
# Lines of base64, in a file or in the literals of a program; the headers of a key; a last line that is short.
_BASE64 = (
    rf"(?:{_BETWEEN}(?:(?:Proc-Type|DEK-Info|Version|Comment)[^\n]{{0,200}}|[A-Za-z0-9+/=]{{16,}}))+"
    rf"(?:{_BETWEEN}[A-Za-z0-9+/=]{{1,15}}(?={_BETWEEN}-----END))?"
)
_I = re.IGNORECASE
_WORDS = "pass pw secret credential key token authorization connection"

OWN = (
    _rule(
        "private key",
        "-----begin",
        rf"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?P<secret>{_BASE64})",
        anchored=True,
        reach=9_000,
    ),
    _rule("private key", "private-lines", rf"Private-Lines: \d+(?P<secret>{_BASE64})", anchored=True, reach=9_000),
    _rule(
        "password in a connection string",
        "://",
        r"""://[^\s/?#:@'"<>]*:(?P<secret>[^\s/?#'"<>]+)@(?=[\w.\[{$%-])""",
        anchored=True,
    ),
    _rule(
        "password in a connection string",
        "://",
        r"""://[^\s/?#:@'"<>]*:(?!\d{1,5}(?:[/?#]|\Z))(?P<secret>[^\s@'"<>]*[/?#][^\s@'"<>]*)@(?=[\w.\[{$%-])""",
        anchored=True,
    ),
    _rule(
        "password in a connection string",
        "postgres mysql mariadb mssql oracle redis amqp mongodb snowflake clickhouse redshift sqlserver",
        r"""(?:postgres|mysql|mariadb|mssql|oracle|redis|amqp|mongodb|snowflake|clickhouse|redshift|sqlserver)[\w+.]*"""
        r"""://[^\s/?#:@'"<>]*:(?P<secret>[^\s"<>,]+)@(?=[\w.\[{$%-]+(?::\d+)?(?:[/?,'"\s\\]|\Z))""",
        _I,
        anchored=True,
    ),
    _rule("secret in a URL", "://", r"""://(?P<secret>[\w.~%-]{20,})@(?=[\w.\[-])""", accepts=_is_mixed, anchored=True),
    _rule(
        "password in a connection string",
        "pwd password",
        r"""(?:;|["']|\?|\|)\s*(?:pwd|password)\s*=\s*(?P<secret>\{[^}\n"']+\}|[^;\s"'\\&]+)(?=\s*(?:;|["'\\]|\Z|\s))""",
        _I,
        accepts=lambda _m, v: not is_placeholder(v) or (v[0] == "{" and not v[1:-1].isidentifier()),
    ),
    _rule(
        "password in a connection string",
        "password",
        r"""\b(?:host|hostaddr|port|dbname|user|sslmode|options)=[^\s,'"()=]+(?:[ \t]+\w+=[^\s,'"()=]+)*"""
        r"""[ \t]+password=(?P<secret>[^\s,'"()\\]+)""",
    ),
    _rule(
        "password in a connection string",
        "password",
        r"""\bpassword=(?P<secret>[^\s,'"()\\]+)[ \t]+(?:host|hostaddr|port|dbname|user|sslmode)=[^\s,'"()=]+""",
    ),
    _rule(
        "password in a connection string",
        "pwd= password=",
        r"""\b(?:uid|user id|user|username|server|database|driver|dsn|data source|initial catalog|host)=[^;"'\n]*;"""
        r"""(?:[^;"'\n=]+=[^;"'\n]*;){0,20}?[ \t]*(?:pwd|password)=(?P<secret>[^;"'\n]+)(?=[;"'])""",
        _I,
    ),
    _rule("password in a connection string", "jdbc:oracle", r"(?i)jdbc:oracle:\w+:[^/\s@]+/(?P<secret>[^@\s\"']+)@"),
    _rule(
        "secret in a URL",
        "sig= signature= token= key= password= passwd= pwd= secret= code= appid= app_id= auth=",
        r"""[?&;](?:subscription-key|app_?id|app_?key|access_?key|x-api-key|auth|sig|signature|token|access_token|auth_token|id_token|refresh_token|api_?key|key|password|passwd|pwd|"""
        r"""secret|client_secret|private_token|x-amz-signature|x-amz-security-token|x-goog-signature|code)="""
        r"""(?P<secret>[^&;\s"'#<>)\\]{4,})""",
        _I,
        accepts=lambda m, v: not is_placeholder(v) and (_is_mixed(m, v) or re.search("pass|pwd", m[0], _I) is not None),
    ),
    _rule(
        "Azure account key",
        "accountkey sharedaccesskey",
        r"(?:Account|SharedAccess)Key=(?P<secret>[\w+/=%-]{20,})",
        _I,
    ),
    _rule(
        "bearer token",
        "bearer",
        r"\bBearer[\s:]+(?P<secret>[\w.~+/=-]{12,})",
        _I,
        accepts=lambda m, v: _has_digit(m, v) or len(v) >= 24,
        anchored=True,
    ),
    _rule(
        "authorization header",
        "authorization",
        rf"Authorization{_ANY}?\s*[\]:=,]+\s*[bf]?(?:{_ANY})?(?:Basic|Token|Digest|Negotiate|ApiKey)\s+(?P<secret>[\w.~+/=-]{{6,}})",
        _I,
        anchored=True,
    ),
    _rule(
        "cookie",
        "cookie",
        rf"Cookie{_ANY}?\s*[\]:=,]+\s*(?:{_ANY})?(?P<secret>[\w.-]+=[^\n\"'\\]{{8,4096}})",
        _I,
        accepts=lambda _m, v: may_be_token(v),
        anchored=True,
    ),
    _rule("Discord webhook", "/api/webhooks/", r"/api/webhooks/\d+/(?P<secret>[\w-]{20,})", anchored=True),
    _rule(
        "Slack webhook",
        "hooks.slack.com/",
        r"hooks\.slack\.com/(?:services|workflows)/(?P<secret>[\w/-]{16,})",
        anchored=True,
    ),
    _rule("password", "curl", r"\bcurl\b[^\n]*?\s(?:-u|--user)[ =]*[\"']?[^\s:\"']+:(?P<secret>[^\s\"'\\]{3,})"),
    _rule(
        "password",
        "mysql mariadb",
        r"\b(?:mysql\w*|mariadb\w*)\b[^\n]*?\s-p(?P<secret>[^\s\"'\\]{3,})",
    ),
    _rule("password", "sshpass", r"\bsshpass\s+-p\s*[\"']?(?P<secret>[^\s\"'\\]{3,})", anchored=True),
    _rule(
        "password",
        "identified password",
        r"\b(?:identified\s+(?:with\s+\w+\s+)?by|password)\s+(?:encrypted\s+)?(?P<q>\\*['\"])(?P<secret>(?:(?!(?P=q))[^\n]){3,512}?)(?P=q)",
        _I,
        anchored=True,
    ),
    _rule(
        "key or token",
        "secret token account_key connection_string",
        r"\b(?:client_secret|secret|(?:bearer_|session_)?token|account_key|connection_string)\s+"
        r"(?P<q>\\*')(?P<secret>(?:(?!(?P=q))[^\n]){8,512}?)(?P=q)",
        _I,
        accepts=lambda _m, v: may_be_token(v),
    ),
    _rule(
        "JSON Web Token",
        "eyj",
        r"\b(?P<head>eyJ[\w-]{5,2000})\.[\w-]{5,6000}(?:\.[\w-]{0,2000})?",
        accepts=_is_jwt,
        anchored=True,
        reach=9_000,
    ),
    _rule("AWS access key", "akia asia abia acca", r"(?<![A-Za-z0-9])A(?:KI|SI|BI|CC)A[0-9A-Z]{16}(?![A-Za-z0-9])"),
    _rule(
        "AWS secret key",
        "secret_access_key secretaccesskey session_token",
        rf"(?:secret_?access_?key|session_?token){_ANY}?\s*[\])]?\s*[:=,]\s*(?:{_ANY})?(?P<secret>[A-Za-z0-9/+=]{{40,2000}})",
        _I,
    ),
    _rule("Google key", "aiza ya29. gocspx", r"\bAIza[\w-]{35}|\bya29\.[\w.-]{20,}|\bGOCSPX-[\w-]{28}"),
    _rule("Azure client secret", "q~", r"(?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}(?![\w~.-])"),
    _rule(
        "GitHub token",
        "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_",
        r"(?:gh[pousr]_[A-Za-z0-9_]{36,255}|github_pat_\w{40,255})",
    ),
    _rule("Hugging Face token", "hf_ api_org_", r"(?<![A-Za-z0-9_])(?:hf|api_org)_[A-Za-z0-9]{30,}"),
    _rule("OpenAI key", "sk-", r"(?<![\w-])sk-(?:proj|svcacct|admin|None)-[\w-]{20,}|(?<![\w-])sk-[A-Za-z0-9]{32,}"),
    _rule("Anthropic key", "sk-ant-", r"(?<![\w-])sk-ant-[\w-]{20,}"),
    _rule("Slack token", "xox xapp-", r"\b(?:xox[abeoprs]|xapp)[-.][\w.-]{10,}", _I),
    _rule("Databricks token", "dapi", r"(?<![A-Za-z0-9])dapi[0-9a-f]{32}(?:-\d+)?"),
    _rule("Stripe key", "k_live_ k_test_", r"(?<![A-Za-z0-9])[rs]k_(?:live|test)_[0-9A-Za-z]{10,99}"),
    _rule("npm token", "npm_", r"(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36}"),
    _rule("npm token", "_authtoken", r":_authToken=\s*(?P<secret>[^\s\"']{8,})"),
    _rule("Telegram bot token", ":aa", r"(?<!\d)\d{8,10}:AA[\w-]{33}"),
    _rule("Artifactory key", "akcp", r"(?<![A-Za-z0-9])AKCp[A-Za-z0-9]{10,}"),
    _rule(
        "service token",
        "glsa_ lin_api_ gsk_ pplx- pcsk_ lsv2_ sbp_ hvs. dop_v1_ doo_v1_ dor_v1_ r8_ ntn_ shpat_ xai- tskey- nvapi-",
        r"(?<![A-Za-z0-9])(?:glsa_|lin_api_|gsk_|pplx-|pcsk_|lsv2_|sbp_|hvs\.|do[opr]_v1_|r8_|ntn_|shpat_|xai-|tskey-|nvapi-)"
        r"[\w.-]{20,}",
        accepts=_has_digit,
    ),
    _rule(
        "Kaggle key",
        "username",
        rf"username{_ANY}\s*:\s*{_ANY}[^\"'\\]+{_ANY}\s*,\s*{_ANY}key{_ANY}\s*:\s*{_ANY}(?P<secret>[0-9a-f]{{32}})",
    ),
    _rule(
        "key or token",
        "login",
        rf"\blogin\([^)\n]*?(?:{_ANY})(?P<secret>[0-9a-f]{{32,64}}|[A-Za-z0-9_-]{{40,}})(?={_ANY})",
    ),
    _rule(
        "password",
        _WORDS,
        _WORD + rf"(?:{_ANY})?[ \t]*[\])]?[ \t]*(?::[ \t]*[\w.\[\]| ]{{1,40}}=|==|!=|=>|:=|=|:)[ \t]*(?:\(\s*)?"
        + _QUOTED,
        _I,
        accepts=_named,
        anchored=True,
    ),
    _rule(
        "password",
        "getenv( get( setdefault( setenv( putenv( set_password( pop(",
        rf"(?:getenv|get|setdefault|setenv|putenv|set_password|pop)\(\s*(?:{_ANY}[^\"'\\\n]*{_ANY}\s*,\s*)?{_ANY}[\w.-]*?"
        + _WORD + rf"{_ANY}\s*,\s*(?:default\s*=\s*)?" + _QUOTED,
        _I,
        accepts=_named,
        anchored=True,
    ),
    _rule(
        "password",
        "auth login",
        rf"(?:\bauth\s*=\s*|HTTP\w*Auth|\.login)\(\s*{_ANY}[^\"'\\\n]*{_ANY}\s*,\s*" + _QUOTED,
    ),
    _rule(
        "password",
        "env export setx",
        r"(?m)^[ \t]*[%!]{0,2}[ \t]*(?:(?:env|set_env|export|setx)[ \t]+)[A-Za-z_]*?" + _WORD
        + r"""[ \t]*[= \t][ \t]*(?P<secret>[^\s"'()\[\]{}$]+)""",
        _I,
        accepts=_named,
    ),
    _rule(
        "password",
        "password= passwd= secret= key= token= pass= pwd= pw=",
        r"(?m)(?:^|[ \t!;&])[A-Z0-9_]*?(?P<word>PASSWORD|PASSWD|SECRET|KEY|TOKEN|PASS|PWD|PW)="
        r"""(?P<secret>[^\s"'()\[\]{}$,;&]{6,})(?=[\s;&]|$)""",
        accepts=lambda m, v: _is_mixed(m, v) and _named(m, v),
    ),
    _rule(
        "password",
        "--",
        r"--[a-z-]*?" + _WORD + r"""[= \t]+(?P<secret>[^\s"'()\[\]{}$-][^\s"'()\[\]{}]*)""",
        accepts=_named,
        anchored=True,
    ),
    _rule(
        "password",
        _WORDS,
        _WORD + r"""["'*_`]*[ \t]*(?:[=:]|\b(?:is|was|ist|war|lautet)\b)[ \t]*["'*_`]*"""
        r"""(?P<secret>[^\s,;&'"()<>`]{4,})""",
        _I,
        accepts=lambda m, v: _is_mixed(m, v) and _named(m, v),
        prose=True,
        anchored=True,
    ),
    _rule(
        "password",
        "passwor passwd pw",
        r"""(?P<word>password|passwort|passwd|pwd?)[ \t]+["'`]?(?P<secret>[^\s,;&'"()<>`=:]{8,})""",
        _I,
        accepts=lambda m, v: looks_real(v) and _named(m, v),
        prose=True,
        anchored=True,
    ),
)  # fmt: skip
