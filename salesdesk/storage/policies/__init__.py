"""Login roles of a PostgreSQL base, and what each of them may see and do: kept by the server itself.

`rules` says it for every table, `functions` what the rules ask, `applying` puts both on a base.
"""

from salesdesk.storage.policies.applying import SetUp, lifted, put_on, renew, set_up, settle, stand, take_off
from salesdesk.storage.policies.logins import (
    BY_LOGIN,
    by_login,
    give_password,
    has_login_roles,
    login_of,
    role_of,
    serves,
)
from salesdesk.storage.policies.proving import lets_in, password_of
from salesdesk.storage.policies.rules import RULES
from salesdesk.storage.policies.whose import told_whose

__all__ = [
    "BY_LOGIN",
    "RULES",
    "SetUp",
    "by_login",
    "give_password",
    "has_login_roles",
    "lets_in",
    "lifted",
    "login_of",
    "password_of",
    "put_on",
    "renew",
    "role_of",
    "serves",
    "set_up",
    "settle",
    "stand",
    "take_off",
    "told_whose",
]
