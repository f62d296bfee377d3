"""People who work at the desk, who is on which client now, and who tries to get in."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from salesdesk.codes import Role, Specialty
from salesdesk.models.types import Code, Id, Instant, Model, one_of


class Operator(Model, table=True):
    """Somebody who logs in: an operator, a team lead or an administrator."""

    __table_args__ = (
        one_of("role", Role),
        one_of("specialty", Specialty),
        # The rules of a server ask at nearly every statement for whom somebody stands in.
        Index("ix_operator_substitute_id", "substitute_id").ddl_if(dialect="postgresql"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Id)
    login: str = Field(max_length=64, unique=True)
    name: str
    role: Role = Field(default=Role.OPERATOR, sa_type=Code(Role))
    specialty: Specialty = Field(default=Specialty.SALES, sa_type=Code(Specialty))
    zone: str | None = Field(default=None, description="IANA name; the team's where none")
    active: bool = True
    absent_until: datetime | None = Field(default=None, sa_type=Instant)
    substitute_id: int | None = Field(default=None, sa_type=Id, foreign_key="operator.id")
    password_hash: str | None = None


class Claim(Model, table=True):
    """A short lock: this operator is on this client now."""

    __table_args__ = (Index("ix_claim_operator_id", "operator_id", "place", "client_id"),)

    client_id: int = Field(primary_key=True, sa_type=Id, foreign_key="client.id", ondelete="CASCADE")
    operator_id: int = Field(sa_type=Id, foreign_key="operator.id")
    taken_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    place: int | None = Field(
        default=None, sa_type=BigInteger, description="sort_key of a client taken as the next of the pool"
    )


class OpenForm(Model, table=True):
    """This operator has a form of this client open: two who do are told of each other."""

    __tablename__ = "open_form"

    client_id: int = Field(primary_key=True, sa_type=Id, foreign_key="client.id", ondelete="CASCADE")
    operator_id: int = Field(primary_key=True, sa_type=Id, foreign_key="operator.id")
    until: datetime = Field(sa_type=Instant)


class LoginGuess(Model, table=True):
    """How often one login, or one address, has been tried in vain, and until when it is not heard."""

    __tablename__ = "login_guess"

    key: str = Field(max_length=80, primary_key=True, description="which login or address; see team.guesses")
    failures: int = 0
    last_at: datetime = Field(sa_type=Instant)
    blocked_until: datetime = Field(sa_type=Instant)
