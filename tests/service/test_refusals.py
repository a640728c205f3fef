"""Every way to be refused has one shape."""

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service import errors
from service.errors import Refusal


def tree(kind: type[Refusal]) -> list[type[Refusal]]:
    return [kind, *(leaf for sub in kind.__subclasses__() for leaf in tree(sub))]


def check_shape(answer, *, status: int, code: str) -> dict[str, str | None]:
    assert answer.status_code == status
    assert answer.content_type == "application/json"
    body = answer.get_json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "field"}
    assert body["error"]["code"] == code
    assert isinstance(body["error"]["message"], str)
    return body["error"]


def app_that_raises(error: Exception) -> Flask:
    app = Flask("test")
    errors.register(app)

    @app.get("/")
    def broken() -> str:
        raise error

    return app


@pytest.mark.parametrize("kind", tree(Refusal), ids=lambda kind: kind.__name__)
def test_every_refusal_has_the_one_shape(kind: type[Refusal]) -> None:
    answer = app_that_raises(kind("why it is so")).test_client().get("/")
    error = check_shape(answer, status=kind.status, code=kind.code)
    assert error == {"code": kind.code, "message": "why it is so", "field": None}


def test_every_refusal_has_a_status_a_code_of_its_own_and_a_meaning() -> None:
    leaves = [kind for kind in tree(Refusal) if kind is not Refusal]
    assert len({kind.code for kind in leaves}) == len(leaves)
    assert all(400 <= kind.status < 600 and kind.__doc__ for kind in leaves)


def test_the_field_comes_along() -> None:
    error = errors.InvalidField("is wrong", field="comments[0].text")
    answer = app_that_raises(error).test_client().get("/")
    assert answer.get_json()["error"]["field"] == "comments[0].text"


def test_nothing_at_an_address_is_404(service) -> None:
    error = check_shape(service.get("/v1/nothing?key=x"), status=404, code="not_found")
    assert "x" not in error["message"].split()


def test_another_method_is_405_and_names_those_allowed(service) -> None:
    answer = service.get("/v1/score")
    check_shape(answer, status=405, code="method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


@pytest.mark.parametrize("status", [400, 406, 409, 410, 418, 422, 429])
def test_any_other_refusal_of_the_framework_has_the_shape(status: int) -> None:
    from werkzeug.exceptions import default_exceptions

    error = default_exceptions[status]("zebra")
    answer = app_that_raises(error).test_client().get("/")
    assert set(answer.get_json()["error"]) == {"code", "message", "field"}
    assert "zebra" not in answer.get_data(as_text=True)


def test_a_redirect_stays_one() -> None:
    from werkzeug.routing import RequestRedirect

    error = RequestRedirect("http://localhost/there")
    assert app_that_raises(error).test_client().get("/").status_code == 308


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("SELECT zebra", {"digest": "zebra"}, Exception("zebra")),
        PoolTimeout("zebra"),
    ],
)
def test_a_store_that_does_not_answer_is_503(error: Exception, capsys) -> None:
    answer = app_that_raises(error).test_client().get("/")
    check_shape(answer, status=503, code="store_unavailable")
    assert answer.headers["Retry-After"]
    assert "zebra" not in answer.get_data(as_text=True) + capsys.readouterr().out


def test_a_fault_of_ours_is_500_with_an_id_and_its_trace_has_no_message(service, capsys) -> None:
    @service.app.get("/fault")
    def fault() -> str:
        try:
            raise KeyError("zebra")
        except KeyError as error:
            raise ValueError("zebra") from error

    answer = service.get("/fault", headers={"X-Request-Id": "r-1"})
    error = check_shape(answer, status=500, code="internal")
    assert error["message"] == "internal error; the log has it under the id r-1"
    written = capsys.readouterr().out
    assert "ValueError" in written
    assert "KeyError" in written
    assert "test_refusals.py" in written
    assert "zebra" not in written
