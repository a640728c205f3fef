"""/rules: the site's policy in words, its versions, and a draft that is previewed before it is saved."""

from datetime import UTC, datetime
from typing import Final

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from model.labels import NAMES, TARGET_KINDS
from service.dashboard.access import needs, person
from service.dashboard.rule_forms import (
    Draft,
    Fields,
    checked,
    draft_of,
    fields_of,
    filled,
    place_of,
)
from service.errors import InvalidField, NotFound, PolicyChanged, Refusal
from service.moderation import policies, policy_file
from service.moderation.effect import effect_of
from service.moderation.policies import SHIPPED, Change
from service.moderation.policy import ASKED, Rule
from service.moderation.policy_file import PolicyFileError
from service.moderation.preview import preview
from service.moderation.wording import conditions, in_words
from service.parts import parts
from service.store.tables import PolicyVersion, Section

bp = Blueprint("rules", __name__)
SHOWN_VERSIONS: Final = 20
_LARGEST_FORM: Final = 4 * 2**20
_LONGEST_NOTE: Final = 2000
_MOST_SECTIONS: Final = 500


@bp.before_request
def _make_room() -> None:
    """A draft of many words is longer than what forms may hold otherwise."""
    request.max_form_memory_size = _LARGEST_FORM


@bp.get("/rules")
@needs("viewer")
def rules_page() -> ResponseReturnValue:
    """The rules that hold, in words, and the versions before."""
    before = place_of(request.args.get("before", ""))
    with parts().store.reading() as session:
        site = person().site
        row = policies.last_version(session, site)
        past = policies.versions(session, site, limit=SHOWN_VERSIONS + 1, before=before)
        rules = _held(row)
        return render_template(
            "rules.html",
            row=row,
            rules=_rows(rules),
            past=past[:SHOWN_VERSIONS],
            more=len(past) > SHOWN_VERSIONS,
            toml=_toml(rules, row),
        )


@bp.get("/rules/versions/<int:number>")
@needs("viewer")
def version_page(number: int) -> ResponseReturnValue:
    """One version, which can be brought back."""
    with parts().store.reading() as session:
        row, rules = _version(session, number)
        last = policies.last_version(session, person().site)
        return render_template(
            "rules_version.html",
            row=row,
            number=number,
            rules=_rows(rules),
            holds=(last.number if last else SHIPPED) == number,
            toml=_toml(rules, row),
        )


@bp.get("/rules/versions/<int:number>/policy.toml")
@needs("viewer")
def download(number: int) -> ResponseReturnValue:
    """A version as a file."""
    with parts().store.reading() as session:
        row, rules = _version(session, number)
        text = _toml(rules, row)
    name = f'attachment; filename="policy-{number}.toml"'
    return Response(text, mimetype="application/toml", headers={"Content-Disposition": name})


@bp.post("/rules/versions/<int:number>/restore")
@needs("editor")
def restore(number: int) -> ResponseReturnValue:
    """A new version with the rules of an old one."""
    with parts().store.writing() as session:
        row = policies.roll_back(
            session, person().site, number, by=person().name, now=datetime.now(UTC)
        )
        flash(f"Version {row.number} holds now, with the rules of version {number}.")
    return redirect("/rules", 303)


@bp.get("/rules/edit")
@needs("editor")
def edit_page() -> ResponseReturnValue:
    """The rules that hold, as a draft to change."""
    with parts().store.reading() as session:
        row = policies.last_version(session, person().site)
        draft = Draft(_held(row), row.number if row else SHIPPED)
        return _edit(session, draft)


@bp.post("/rules/edit")
@needs("editor")
def edit() -> ResponseReturnValue:
    """The draft after one change; nothing is kept of it here."""
    draft, wanted = draft_of(request.form), request.form.get("do", "")
    verb, _, place = wanted.partition(":")
    with parts().store.reading() as session:
        if verb in ("change", "remove"):
            at = place_of(place)
            if at is None or at >= len(draft.rules):
                raise InvalidField("do names no rule of the draft", field="do")
            if verb == "change":
                return _edit(session, draft, fields=filled(draft.rules[at], at))
            flash(f"Rule {at + 1} is no longer in the draft.")
            return _edit(session, draft.without(at))
        if verb == "new":
            return _edit(session, draft)
        if verb == "put":
            return _put(session, draft, fields_of(request.form))
        if verb == "read":
            return _read(session, draft)
        if verb == "preview":
            return _preview(session, draft)
    raise InvalidField("do must be change, remove, new, put, read or preview", field="do")


@bp.post("/rules/save")
@needs("editor")
def save() -> ResponseReturnValue:
    """Save the draft; where somebody saved another version meanwhile, it is kept to look at again."""
    draft, note = draft_of(request.form), request.form.get("note", "").strip()
    if len(note) > _LONGEST_NOTE:
        raise InvalidField(f"note is longer than {_LONGEST_NOTE} characters", field="note")
    change = Change(draft.rules, draft.number, person().name, note.replace("\0", "") or None)
    try:
        with parts().store.writing() as session:
            row = policies.save(session, person().site, change, now=datetime.now(UTC))
            flash(f"Saved as version {row.number}. It holds for comments that come from now on.")
    except PolicyChanged:
        with parts().store.reading() as session:
            return _behind(session, draft)
    return redirect("/rules", 303)


def _put(session: Session, draft: Draft, fields: Fields) -> ResponseReturnValue:
    try:
        if fields.at is not None and fields.at >= len(draft.rules):
            raise InvalidField("at names no rule of the draft", field="at")
        changed = draft.having(fields.as_rule(), fields.at)
    except InvalidField as error:
        return _edit(session, draft, fields=fields, error=error), error.status
    number = len(changed.rules) if fields.at is None else fields.at + 1
    flash(f"Rule {number} is in the draft. Preview the draft to save it.")
    return _edit(session, changed)


def _read(session: Session, draft: Draft) -> ResponseReturnValue:
    """The rules of a file, or of what was pasted, in place of the draft's."""
    file = request.files.get("file")
    pasted = request.form.get("toml", "")
    try:
        if file is not None and file.filename:
            rules = policy_file.read(file.read(policy_file.LARGEST + 1), name="the file")
        else:
            rules = policy_file.parse(pasted, name="what was pasted")
    except PolicyFileError as error:
        refused = InvalidField(str(error), field="toml")
        return _edit(session, draft, error=refused, pasted=pasted), refused.status
    flash("The rules that were read are the draft now. Preview the draft to save it.")
    return _edit(session, Draft(checked(rules), draft.number))


def _preview(session: Session, draft: Draft) -> ResponseReturnValue:
    row = policies.last_version(session, person().site)
    if (row.number if row else SHIPPED) != draft.number:
        return _behind(session, draft)
    now = datetime.now(UTC)
    seen = preview(session, person().site, _held(row), draft.rules, now=now)
    return _edit(session, draft, effect=effect_of(seen))


def _behind(session: Session, draft: Draft) -> ResponseReturnValue:
    """The draft as a change of the version that was saved meanwhile."""
    row = policies.last_version(session, person().site)
    who, number = (row.by, row.number) if row else ("somebody", SHIPPED)
    error = PolicyChanged(
        f"{who} saved version {number} while this draft was made. The draft is as it was: look at that "
        "version, then preview the draft again"
    )
    return _edit(session, Draft(draft.rules, number), error=error), error.status


def _edit(session: Session, draft: Draft, *, error: Refusal | None = None, **more: object) -> str:
    known = select(Section.name).where(Section.site == person().site).order_by(Section.name)
    return render_template(
        "rules_edit.html",
        draft=draft,
        rules=_rows(draft.rules),
        sections=session.scalars(known.limit(_MOST_SECTIONS)).all(),
        labels=NAMES,
        kinds=TARGET_KINDS,
        actions=ASKED,
        error=error,
        **({"fields": Fields()} | more),
    )


def _held(row: PolicyVersion | None) -> tuple[Rule, ...]:
    return policies.held(row, parts().ready_scorer().thresholds)


def _version(session: Session, number: int) -> tuple[PolicyVersion | None, tuple[Rule, ...]]:
    row = policies.find(session, person().site, number)
    if row is None and number != SHIPPED:
        raise NotFound("the policy has no version of that number")
    return row, _held(row)


def _rows(rules: tuple[Rule, ...]) -> list[tuple[Rule, str, str]]:
    """Each rule with its conditions and the whole of it in words."""
    return [(rule, conditions(rule), in_words(rule)) for rule in rules]


def _toml(rules: tuple[Rule, ...], row: PolicyVersion | None) -> str:
    number = row.number if row else SHIPPED
    return policy_file.as_toml(rules, heading=f"Comity, policy of site {person().site}, {number}")
